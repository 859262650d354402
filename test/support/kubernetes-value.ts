import { isMerge, keyText, resolveAlias } from '../../src/yaml/lookup.ts'
import type { Mapping, Scalar, YamlNode } from '../../src/yaml/nodes.ts'
import { parsePlainScalar } from '../../src/yaml/scalar-type.ts'

/** A JSON value; its objects have no prototype, so that any key is an ordinary one. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { [key: string]: JsonValue }

/** Thrown if sigs.k8s.io/yaml cannot convert a node to JSON. */
export class NoJson extends Error {}

/** Kubernetes' value of a document, as `jsonOf` returns it; remaining numbers that JSON cannot represent are rejected. */
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
 * Kubernetes' value of a node, computed from the nodes of Pinpull's reader: its keys, aliases,
 * strings and nulls, and merges.
 * @throws {NoJson} if JSON has no such value
 */
function jsonOf(node: YamlNode): JsonValue {
  const value = resolveAlias(node)
  if (value.kind === 'scalar') return scalarValue(value)
  if (value.kind === 'sequence') return value.items.map(jsonOf)
  const object: { [key: string]: JsonValue } = Object.create(null)
  addEntries(object, value)
  return object
}

/** In document order, so that the last of equal keys wins, including merged ones. */
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

/** If there are several mappings, the first wins. */
function addMerged(object: { [key: string]: JsonValue }, node: YamlNode): void {
  const merged = resolveAlias(node)
  for (const one of node.kind === 'sequence' ? node.items.toReversed().map(resolveAlias) : [merged]) {
    if (one.kind !== 'mapping') throw new NoJson('what is merged is no mapping')
    addEntries(object, one)
  }
}

function scalarValue(scalar: Scalar): JsonValue {
  if (scalar.isNull) return null
  if (scalar.isString) return scalar.value
  const value = parsePlainScalar(scalar.value)
  if (typeof value === 'string' || value === null)
    throw new NoJson(`under the tag ${scalar.tag}, ${scalar.value} means nothing`)
  return typeof value === 'bigint' ? Number(value) : value
}
