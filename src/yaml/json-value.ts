import { isMerge, keyText, resolveAlias } from './lookup.ts'
import type { Entry, Mapping, Scalar, YamlNode } from './nodes.ts'

/** A JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/**
 * Converts a node to a JSON value, with aliases and merge keys (`<<`) resolved. Scalars that are not strings become
 * null, `true`, `false` or a number if JavaScript reads one; others, such as `yes` and `1_000`, stay text, unlike in Kubernetes.
 * An own key beats merged ones (`effectiveEntries`); of duplicates the last counts.
 */
export function toJsonValue(node: YamlNode): JsonValue {
  const value = resolveAlias(node)
  switch (value.kind) {
    case 'scalar':
      return scalarValue(value)
    case 'sequence':
      return value.items.map(toJsonValue)
    case 'mapping':
      return Object.fromEntries(
        effectiveEntries(value).map((entry) => [keyText(entry) ?? '', toJsonValue(entry.value)]),
      )
  }
}

/**
 * Lists the entries of a mapping with merge keys (`<<`) resolved (YAML 1.1 "merge"): first its own, then merged ones
 * whose keys it does not have itself; of several merged entries with one key, only the first. Its own duplicates stay. For
 * the entry that Kubernetes uses, which may be a merged one after an own one, see `Mapping.find`.
 */
export function effectiveEntries(mapping: Mapping): Entry[] {
  const own = mapping.entries.filter((entry) => !isMerge(entry))
  if (own.length === mapping.entries.length) return own
  const known = new Set(own.map(keyText))
  const merged: Entry[] = []
  for (const { value } of mapping.entries.filter(isMerge)) {
    const source = resolveAlias(value)
    for (const one of source.kind === 'sequence' ? source.items.map(resolveAlias) : [source]) {
      if (one.kind !== 'mapping') continue
      for (const entry of effectiveEntries(one)) {
        if (known.has(keyText(entry))) continue
        known.add(keyText(entry))
        merged.push(entry)
      }
    }
  }
  return [...own, ...merged]
}

/**
 * Names the type of the value that `toJsonValue` returns, as JSON Schema does (`type`). A number without a fraction is an
 * `integer`.
 */
export function schemaTypeOf(
  node: YamlNode,
): 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number' | 'null' {
  const value = resolveAlias(node)
  if (value.kind === 'mapping') return 'object'
  if (value.kind === 'sequence') return 'array'
  const scalar = scalarValue(value)
  if (scalar === null) return 'null'
  if (typeof scalar === 'number') return Number.isInteger(scalar) ? 'integer' : 'number'
  return typeof scalar as 'string' | 'boolean'
}

function scalarValue(scalar: Scalar): string | number | boolean | null {
  if (scalar.isNull) return null
  if (scalar.isString) return scalar.value
  const text = scalar.value
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  const number = Number(text)
  // A plain `yes` or `no` stays text, and is then rejected where a boolean is expected.
  return text === '' || Number.isNaN(number) ? text : number
}
