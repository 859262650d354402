import type { Alias, Entry, FieldPath, Mapping, Scalar, Sequence, YamlDocument, YamlNode } from './nodes.ts'
import { isPlainString, jsonKeyOf, tagType } from './scalar-type.ts'
import { findEntry, findStringAt, writtenKey } from './scanner/node-search.ts'

export { isKeyEnd, type TextPattern } from './scanner/key-index.ts'
export { entriesHolding, itemsHolding, mayHoldBeside, mayHoldKey } from './scanner/node-search.ts'

/** An entry with the mapping that it is written in: another one than was asked where it was merged. */
export interface FoundEntry {
  readonly owner: Mapping
  readonly entry: Entry
}

/** The node itself, or what an alias stands for. */
export function resolveAlias(node: YamlNode): Scalar | Mapping | Sequence {
  return node.kind === 'alias' ? node.target : node
}

/** The text of an entry's key, as JSON has it: `0x10` is `16` then, and `on` is `true`. Absent where the key is no scalar, or null. */
export function keyText(entry: Entry): string | undefined {
  const written = writtenKey(entry)
  if (written !== undefined) return isPlainString(written) ? written : jsonKeyOf(written)
  const key = resolveAlias(entry.key)
  if (key.kind !== 'scalar' || key.isNull) return undefined
  return key.isString ? key.value : jsonKeyOf(key.value)
}

/** Every entry with this key that is written in the mapping itself, in the order of the text. */
export function ownEntries(mapping: Mapping, key: string): Entry[] {
  return mapping.entries.filter((entry) => keyText(entry) === key && !isMerge(entry))
}

/** Whether an entry with this key is written in the mapping itself. */
export function hasOwnKey(mapping: Mapping, key: string): boolean {
  const quick = isSought(key) ? findEntry(mapping, key) : undefined
  return quick === undefined ? ownEntries(mapping, key).length > 0 : quick !== null
}

/** Whether a key is looked for by its bytes: one in ASCII, and none that would mean something else if it stood plain. */
function isSought(key: string): boolean {
  for (let i = 0; i < key.length; i += 1) if (key.charCodeAt(i) > 0x7f) return false
  return isPlainString(key)
}

/** The entry of a mapping whose key begins at an offset. */
export function entryOfKey(mapping: Mapping, offset: number): Entry | undefined {
  // An entry begins with its key, but for an anchor or a tag before that.
  return mapping.entries.find((entry) => entry.start === offset || entry.key.start === offset)
}

/**
 * Finds an entry as the API machinery reads the mapping: entries count in the order of the text, so that the last of
 * equal keys wins, and a merge (`<<`) overrides what stands before it and not what stands after (goyaml.v2,
 * decode.go `mapping` and `merge`). Where merges come first, as they nearly always do, that is the own key first.
 * Of several mappings in one merge the earlier wins.
 */
export function lookup(mapping: Mapping, key: string): FoundEntry | undefined {
  const quick = isSought(key) ? findEntry(mapping, key) : undefined
  if (quick !== undefined) return quick === null ? undefined : { owner: mapping, entry: quick }
  for (let i = mapping.entries.length - 1; i >= 0; i -= 1) {
    const entry = mapping.entries[i] as Entry
    if (isMerge(entry)) {
      const found = lookupMerged(resolveAlias(entry.value), key)
      if (found !== undefined) return found
    } else if (keyText(entry) === key) return { owner: mapping, entry }
  }
  return undefined
}

function lookupMerged(merged: Scalar | Mapping | Sequence, key: string): FoundEntry | undefined {
  if (merged.kind === 'mapping') return lookup(merged, key)
  if (merged.kind === 'scalar') return undefined
  for (const item of merged.items) {
    const mapping = resolveAlias(item)
    const found = mapping.kind === 'mapping' ? lookup(mapping, key) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether an entry merges other mappings in: a plain `<<`, or one tagged as a merge key (goyaml.v2 decode.go `isMerge`). */
export function isMerge(entry: Entry): boolean {
  const written = writtenKey(entry)
  if (written !== undefined) return written === '<<'
  const { key } = entry
  if (key.kind !== 'scalar' || key.value !== '<<') return false
  if (key.tag === undefined) return key.style === 'plain'
  return tagType(key.tag) === 'other' && key.tag.includes('merge')
}

/**
 * The string at the end of a path of keys.
 * @returns absent where a key is missing, or what stands there is no string to Kubernetes
 */
export function stringAt(mapping: Mapping, ...path: readonly string[]): string | undefined {
  const quick = path.every(isSought) ? findStringAt(mapping, path) : undefined
  if (quick !== undefined) return quick ?? undefined
  const node = valueAt(mapping, ...path)
  return node?.kind === 'scalar' && node.isString ? node.value : undefined
}

/** The value at the end of a path of keys, aliases followed; absent where a key is missing. */
export function valueAt(
  mapping: Mapping,
  ...path: readonly string[]
): Scalar | Mapping | Sequence | undefined {
  let node: Scalar | Mapping | Sequence = mapping
  for (const key of path) {
    const found: FoundEntry | undefined = node.kind === 'mapping' ? lookup(node, key) : undefined
    if (found === undefined) return undefined
    node = resolveAlias(found.entry.value)
  }
  return node
}

/** The mapping at the end of a path of keys; absent where a key is missing, or what stands there is none. */
export function mappingAt(mapping: Mapping, ...path: readonly string[]): Mapping | undefined {
  const value = valueAt(mapping, ...path)
  return value?.kind === 'mapping' ? value : undefined
}

/** A path as people write it: `spec.containers[0].image`, and `metadata.annotations["a.b/c"]`. */
export function formatPath(path: FieldPath): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`
      return i === 0 ? step : `.${step}`
    })
    .join('')
}

/** Every alias of a document that stands for this scalar, in the order of the text. */
export function aliasesOf(document: YamlDocument, scalar: Scalar): Alias[] {
  // A scalar without an anchor is no alias's target, which is nearly every one.
  if (scalar.anchor === undefined || document.contents === undefined) return []
  const found: Alias[] = []
  collect(document.contents, scalar, found)
  return found
}

function collect(node: YamlNode, scalar: Scalar, found: Alias[]): void {
  if (node.kind === 'alias') {
    if (node.target === scalar) found.push(node)
  } else if (node.kind === 'sequence') {
    for (const item of node.items) collect(item, scalar, found)
  } else if (node.kind === 'mapping') {
    for (const { key, value } of node.entries) {
      collect(key, scalar, found)
      collect(value, scalar, found)
    }
  }
}
