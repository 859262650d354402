import { follow, isMerge, keyText } from '../../src/yaml/lookup.ts'
import type { Mapping, Scalar, YamlNode } from '../../src/yaml/nodes.ts'
import { valueOfText } from '../../src/yaml/scalar-type.ts'

/** A value as JSON has them; its objects have no prototype, so that any key is an ordinary one. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { [key: string]: JsonValue }

/** Thrown where sigs.k8s.io/yaml makes no JSON of a node. */
export class NoJson extends Error {}

/** What Kubernetes makes of a document, as `jsonOf` has it; numbers that JSON lacks are refused where they are left. */
export function kubernetesValue(root: YamlNode): JsonValue {
  const value = jsonOf(root)
  checkNumbers(value)
  return value
}

function checkNumbers(value: JsonValue): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new NoJson('JSON has no infinity')
  if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) checkNumbers(one)
}

/**
 * What Kubernetes makes of a node, by what Pinpull's reader says of it: which keys it has, what an alias stands for, what is
 * a string and what is null, and what merges bring in.
 * @throws {NoJson} where JSON has no such value
 */
function jsonOf(node: YamlNode): JsonValue {
  const value = follow(node)
  if (value.kind === 'scalar') return scalarValue(value)
  if (value.kind === 'sequence') return value.items.map(jsonOf)
  const object: { [key: string]: JsonValue } = Object.create(null)
  addEntries(object, value)
  return object
}

/** In the order of the text, so that the last of equal keys stands, merged ones among them. */
function addEntries(object: { [key: string]: JsonValue }, mapping: Mapping): void {
  for (const entry of mapping.entries) {
    if (isMerge(entry)) {
      addMerged(object, entry.value)
      continue
    }
    const key = keyText(entry)
    if (key === undefined) throw new NoJson('a key is null, or no scalar')
    object[key] = jsonOf(entry.value)
  }
}

/** Of several mappings the first wins. */
function addMerged(object: { [key: string]: JsonValue }, node: YamlNode): void {
  const merged = follow(node)
  for (const one of node.kind === 'sequence' ? node.items.toReversed().map(follow) : [merged]) {
    if (one.kind !== 'mapping') throw new NoJson('what is merged is no mapping')
    addEntries(object, one)
  }
}

function scalarValue(scalar: Scalar): JsonValue {
  if (scalar.isNull) return null
  if (scalar.isString) return scalar.value
  const value = valueOfText(scalar.value)
  if (typeof value === 'string' || value === null)
    throw new NoJson(`under the tag ${scalar.tag}, ${scalar.value} means nothing`)
  return typeof value === 'bigint' ? Number(value) : value
}
