import { isMerge, resolveAlias } from './lookup.ts'
import type { Mapping, YamlNode } from './nodes.ts'
import { YamlError } from './reading.ts'
import { jsonKeyOf, parsePlainScalar } from './scalar-type.ts'

/**
 * Finds a mapping with two keys of different types that are the same string in JSON, such as `1` and `"1"`. Which value
 * Kubernetes uses is random, because sigs.k8s.io/yaml iterates over a Go map. Keys of one type, such as `1` and `0x1`, are
 * duplicates and not reported.
 * @param node the node to search, with everything in it, but without what its aliases stand for
 * @returns the error of the first such mapping, at the second of the two keys; undefined if there is none
 */
export function findCollidingKeys(node: YamlNode): YamlError | undefined {
  if (node.kind === 'sequence') return firstOf(node.items)
  if (node.kind !== 'mapping') return undefined
  return findCollidingKeysInMapping(node) ?? firstOf(node.entries.flatMap(({ key, value }) => [key, value]))
}

function firstOf(nodes: readonly YamlNode[]): YamlError | undefined {
  for (const node of nodes) {
    const problem = findCollidingKeys(node)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** A key in YAML (`type`) and in JSON (`text`). */
interface Key {
  readonly at: number
  readonly type: string
  readonly text: string
}

/**
 * Finds two keys of one mapping, including merged ones (`<<`), that differ in type but have the same text in JSON, such as `1`
 * and `"1"`. Mappings within it are not searched: see `findCollidingKeys`.
 * @returns the error, at the second of the two keys; undefined if no keys collide
 */
export function findCollidingKeysInMapping(mapping: Mapping): YamlError | undefined {
  const keys = keysOf(mapping)
  if (keys.every(({ type }) => type === 'string')) return undefined
  const types = new Map<string, string>()
  for (const { at, type, text } of keys) {
    const other = types.get(text)
    if (other !== undefined && other !== type) {
      const name = JSON.stringify(text)
      return new YamlError(at, `two keys are ${name} to Kubernetes, whose keys are strings: remove one`)
    }
    types.set(text, type)
  }
  return undefined
}

function keysOf(mapping: Mapping): Key[] {
  return mapping.entries.flatMap((entry) => {
    if (isMerge(entry)) return mergedBy(entry.value).flatMap(keysOf)
    const key = resolveAlias(entry.key)
    if (key.kind !== 'scalar') return []
    if (key.isString) return [{ at: entry.key.start, type: 'string', text: key.value }]
    const text = jsonKeyOf(key.value)
    return text === undefined ? [] : [{ at: entry.key.start, type: typeof parsePlainScalar(key.value), text }]
  })
}

function mergedBy(value: YamlNode): Mapping[] {
  const merged = resolveAlias(value)
  const nodes = merged.kind === 'sequence' ? merged.items.map(resolveAlias) : [merged]
  return nodes.filter((node) => node.kind === 'mapping')
}
