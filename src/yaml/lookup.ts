import { lastTwoBytes } from './bytes.ts'
import type {
  Alias,
  Entry,
  FieldPath,
  FoundEntry,
  Mapping,
  Scalar,
  ScalarSearch,
  Sequence,
  YamlDocument,
  YamlNode,
} from './nodes.ts'
import { isPlainString, jsonKeyOf, tagType } from './scalar-type.ts'

/** The node itself, or what an alias stands for. */
export function resolveAlias(node: YamlNode): Scalar | Mapping | Sequence {
  return node.kind === 'alias' ? node.target : node
}

/** The text of an entry's key, as JSON has it: `0x10` is `16` then, and `on` is `true`. Absent where the key is no scalar, or null. */
export function keyText(entry: Entry): string | undefined {
  const { plainKey } = entry
  if (plainKey !== undefined) return isPlainString(plainKey) ? plainKey : jsonKeyOf(plainKey)
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
  const found = mapping.find(key)
  return found !== undefined && (found.owner === mapping || ownEntries(mapping, key).length > 0)
}

/** The entry of a mapping whose key begins at an offset. */
export function entryOfKey(mapping: Mapping, offset: number): Entry | undefined {
  // An entry begins with its key, but for an anchor or a tag before that.
  return mapping.entries.find((entry) => entry.start === offset || entry.key.start === offset)
}

/** `Mapping.find` by a look at each entry. */
export function findEntry(mapping: Mapping, key: string): FoundEntry | undefined {
  for (let i = mapping.entries.length - 1; i >= 0; i -= 1) {
    const entry = mapping.entries[i] as Entry
    if (isMerge(entry)) {
      const found = findMerged(resolveAlias(entry.value), key)
      if (found !== undefined) return found
    } else if (keyText(entry) === key) return { owner: mapping, entry }
  }
  return undefined
}

function findMerged(merged: Scalar | Mapping | Sequence, key: string): FoundEntry | undefined {
  if (merged.kind === 'mapping') return merged.find(key)
  if (merged.kind === 'scalar') return undefined
  for (const item of merged.items) {
    const mapping = resolveAlias(item)
    const found = mapping.kind === 'mapping' ? mapping.find(key) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether an entry merges other mappings in: a plain `<<`, or one tagged as a merge key (goyaml.v2 decode.go `isMerge`). */
export function isMerge(entry: Entry): boolean {
  const { key, plainKey } = entry
  if (plainKey !== undefined) return plainKey === '<<'
  if (key.kind !== 'scalar' || key.value !== '<<') return false
  if (key.tag === undefined) return key.style === 'plain'
  return tagType(key.tag) === 'other' && key.tag.includes('merge')
}

/** `Mapping.stringAt` by way of nodes. */
export function findString(mapping: Mapping, path: readonly string[]): string | undefined {
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
    const found: FoundEntry | undefined = node.kind === 'mapping' ? node.find(key) : undefined
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

/**
 * Prepares a search for scalars that end with one of some texts.
 * @param texts of two characters or more
 * @param maxBytes how many bytes of source text a scalar may have
 * @param accepts decides about the text of a scalar that ends like one of them
 */
export function createScalarSearch(
  texts: Iterable<string>,
  maxBytes: number,
  accepts: (text: string) => boolean,
): ScalarSearch {
  const endings = new Uint8Array(1 << 16)
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text.slice(-2))
    endings[lastTwoBytes(bytes, bytes.length)] = 1
  }
  return { endings, maxBytes, accepts }
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
