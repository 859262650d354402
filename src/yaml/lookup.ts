import { addEnding, twoBytesBefore } from './bytes.ts'
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

/**
 * Follows an alias.
 * @returns the node that it stands for; the node itself if it is not an alias
 */
export function resolveAlias(node: YamlNode): Scalar | Mapping | Sequence {
  return node.kind === 'alias' ? node.target : node
}

/**
 * Reads an entry's key as Kubernetes converts it to JSON: `0x10` becomes `16`, and `on` becomes `true`.
 * @returns undefined if the key is null or not a scalar
 */
export function keyText(entry: Entry): string | undefined {
  const { plainKey } = entry
  if (plainKey !== undefined) return isPlainString(plainKey) ? plainKey : jsonKeyOf(plainKey)
  const key = resolveAlias(entry.key)
  if (key.kind !== 'scalar' || key.isNull) return undefined
  return key.isString ? key.value : jsonKeyOf(key.value)
}

/** Whether the mapping itself has an entry with this key. Entries merged by `<<` do not count. */
export function hasOwnKey(mapping: Mapping, key: string): boolean {
  const found = mapping.find(key)
  return (
    found !== undefined &&
    (found.owner === mapping || mapping.entries.some((entry) => keyText(entry) === key && !isMerge(entry)))
  )
}

/**
 * Finds the entry of a mapping's own entries whose key starts at a byte offset. The offset may also be that of the key's
 * anchor or tag, or of the `?` before it.
 * @returns undefined if there is none
 */
export function findEntryWithKeyAt(mapping: Mapping, offset: number): Entry | undefined {
  return mapping.entries.find((entry) => entry.start === offset || entry.key.start === offset)
}

/**
 * Implements `Mapping.find` by looking at each entry from the last to the first, including merged ones (`<<`).
 * @returns the entry that Kubernetes uses, and the mapping that contains it; undefined if there is none
 */
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

/**
 * Whether an entry is a merge: its key is `<<`, either plain and without a tag, or in any style with the tag `!!merge`
 * (goyaml.v2, decode.go `isMerge`).
 */
export function isMerge(entry: Entry): boolean {
  const { key, plainKey } = entry
  if (plainKey !== undefined) return plainKey === '<<'
  if (key.kind !== 'scalar' || key.value !== '<<') return false
  if (key.tag === undefined) return key.style === 'plain'
  return tagType(key.tag) === 'other' && key.tag.includes('merge')
}

/** Implements `Mapping.stringAt`, which see, by looking at each node of the path. */
export function findString(mapping: Mapping, path: readonly string[]): string | undefined {
  const node = valueAt(mapping, ...path)
  return node?.kind === 'scalar' && node.isString ? node.value : undefined
}

/**
 * Finds the value at the end of a path of keys, and follows aliases. Keys are looked up with `Mapping.find`, so merged
 * entries (`<<`) count.
 * @returns the mapping itself for an empty path; undefined if a key is missing, or a value before the last is not a mapping
 */
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

/**
 * Finds the mapping at the end of a path of keys, as `valueAt` does.
 * @returns undefined if a key is missing or a value is not a mapping
 */
export function mappingAt(mapping: Mapping, ...path: readonly string[]): Mapping | undefined {
  const value = valueAt(mapping, ...path)
  return value?.kind === 'mapping' ? value : undefined
}

/**
 * Formats a path as in JavaScript: `spec.containers[0].image`, `metadata.annotations["a.b/c"]`. Keys with hyphens are not
 * quoted, unlike there: `data.my-image`.
 * @returns an empty string for the path of the root
 */
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
 * Prepares a search for scalars that end like one of some texts; `YamlNode.findScalars` carries it out.
 * @param texts of two characters or more
 * @param maxBytes the longest source text of a scalar, in bytes; longer scalars are not found
 * @param accepts the final condition for the value of a scalar that ends with the same two bytes as one of the texts
 */
export function createScalarSearch(
  texts: Iterable<string>,
  maxBytes: number,
  accepts: (text: string) => boolean,
): ScalarSearch {
  const endings = new Uint8Array(1 << 13)
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text.slice(-2))
    addEnding(endings, twoBytesBefore(bytes, bytes.length))
  }
  return { endings, maxBytes, accepts }
}

/**
 * Lists the aliases in a document that stand for a scalar, in the order of the text.
 * @param scalar a node of the document
 */
export function aliasesOf(document: YamlDocument, scalar: Scalar): Alias[] {
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
