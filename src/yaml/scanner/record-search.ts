import type { Buffer } from 'node:buffer'
import { BACKSLASH, hasEnding, SPACE, twoBytesBefore } from '../bytes.ts'
import type { ScalarSearch } from '../nodes.ts'
import { isPlainString } from '../scalar-type.ts'
import { decodeScalar, decodeWithCache } from './scalar-text.ts'
import type { ScannedDocument } from './scanned.ts'
import type { SearchIndex } from './search-index.ts'
import {
  ALIAS,
  DOUBLE_QUOTED,
  HAS_ESCAPES,
  IS_MULTILINE,
  kindOf,
  MAPPING,
  PLAIN,
  RECORD_SIZE,
  SCALAR,
  SIMPLE_DOUBLE_QUOTED,
  SIMPLE_PLAIN,
  SIMPLE_SINGLE_QUOTED,
  SINGLE_QUOTED,
  skipNode,
  skipProperties,
  styleOf,
} from './tape.ts'

/** Result of `findKeyRecord`: no entry has the key. */
export const KEY_ABSENT = -1
/**
 * Result of `findKeyRecord`: records are not enough to tell, because any key of the mapping is an alias, is plain and starts
 * with `<` (it may be a merge), has escapes, or is on several lines.
 */
export const KEY_UNKNOWN = -2

const LESS_THAN = 0x3c

/** Whether a key can be found by comparing bytes: it is ASCII, and is a string even without quotes, unlike `true` or `1`. */
export function isSearchableKey(key: string): boolean {
  for (let i = 0; i < key.length; i += 1) if (key.charCodeAt(i) > 0x7f) return false
  return isPlainString(key)
}

/**
 * Finds an entry of a mapping by its key, without making nodes.
 * @param mapping the index of the mapping's record
 * @param key one that `isSearchableKey` accepts
 * @returns the index of the key's record, of the last one if several entries have the key; else KEY_ABSENT or KEY_UNKNOWN
 */
export function findKeyRecord({ records, shared }: ScannedDocument, mapping: number, key: string): number {
  const { buffer } = shared
  const end = records[mapping + 3] as number
  let found = KEY_ABSENT
  for (let at = mapping + RECORD_SIZE; at < end; ) {
    const head = records[at]
    const start = records[at + 1] as number
    const stop = records[at + 2] as number
    if (head === SIMPLE_PLAIN) {
      if (buffer[start] === LESS_THAN) return KEY_UNKNOWN
      if (isText(buffer, start, stop, key)) found = at
    } else if (head === SIMPLE_DOUBLE_QUOTED || head === SIMPLE_SINGLE_QUOTED) {
      if (isText(buffer, start + 1, stop - 1, key)) found = at
    } else return KEY_UNKNOWN
    at = skipNode(records, skipProperties(records, at + RECORD_SIZE))
  }
  return found
}

/**
 * Reads the string at the end of a path of keys, without making nodes.
 * @param mapping the index of the record of the mapping in which the path starts
 * @param path keys that `isSearchableKey` accepts
 * @returns null if there is no string: a key is missing, or a value is of another type; undefined if the records are not
 *   enough to tell: `findKeyRecord` returns KEY_UNKNOWN, a value on the path has an anchor or a tag or is an alias, or the
 *   last one is on several lines or has escapes
 */
export function readStringAt(
  scanned: ScannedDocument,
  mapping: number,
  path: readonly string[],
): string | null | undefined {
  const { records, shared } = scanned
  let at = mapping
  for (const key of path) {
    if (kindOf(records[at] as number) !== MAPPING) return mayBeAlias(records, at) ? undefined : null
    const found = findKeyRecord(scanned, at, key)
    if (found < 0) return found === KEY_ABSENT ? null : undefined
    at = found + RECORD_SIZE
  }
  const head = records[at]
  const start = records[at + 1] as number
  const end = records[at + 2] as number
  if (head === SIMPLE_PLAIN) {
    const text = decodeWithCache(shared.buffer, start, end)
    return isPlainString(text) ? text : null
  }
  if (head === SIMPLE_DOUBLE_QUOTED || head === SIMPLE_SINGLE_QUOTED)
    return decodeWithCache(shared.buffer, start + 1, end - 1)
  return mayBeAlias(records, at) || kindOf(head as number) === SCALAR ? undefined : null
}

/** Whether there is an alias, or a node with an anchor or a tag. */
function mayBeAlias(records: Int32Array, at: number): boolean {
  return kindOf(records[at] as number) >= ALIAS
}

/** Whether a range of bytes is this ASCII text. */
function isText(buffer: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let i = 0; i < text.length; i += 1) if (buffer[start + i] !== text.charCodeAt(i)) return false
  return true
}

/**
 * Selects the entries of a mapping in whose key or value, at any depth, a key or pattern occurs or may occur. Text between
 * two entries, such as a comment, counts for the second.
 * @param mapping the index of the mapping's record
 * @param occurrences where in the source the key or pattern occurs or may occur
 * @returns the indexes of the records of the entries' keys, in ascending order
 */
export function selectEntries(
  { records }: ScannedDocument,
  mapping: number,
  occurrences: SearchIndex,
): number[] {
  const found: number[] = []
  const end = records[mapping + 3] as number
  const limit = records[mapping + 2] as number
  let hit = occurrences.findNext(records[mapping + 1] as number, limit)
  for (let at = mapping + RECORD_SIZE; at < end; ) {
    const value = skipProperties(records, at + RECORD_SIZE)
    const stop = records[value + 2] as number
    if (hit < stop) {
      found.push(at)
      hit = occurrences.findNext(stop, limit)
    }
    at = skipNode(records, value)
  }
  return found
}

/**
 * Selects the items of a sequence in which, at any depth, a key or pattern occurs or may occur. Text between two items,
 * such as a comment, counts for the second.
 * @param sequence the index of the sequence's record
 * @param occurrences where in the source the key or pattern occurs or may occur
 * @returns for each selected item its position in the sequence, from 0, and the index of its first record: that of its
 *   anchor, of its tag or its own
 */
export function selectItems(
  { records }: ScannedDocument,
  sequence: number,
  occurrences: SearchIndex,
): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  const end = records[sequence + 3] as number
  const limit = records[sequence + 2] as number
  let hit = occurrences.findNext(records[sequence + 1] as number, limit)
  let index = 0
  for (let at = sequence + RECORD_SIZE; at < end; index += 1) {
    const item = skipProperties(records, at)
    const stop = records[item + 2] as number
    if (hit < stop) {
      found.push([index, at])
      hit = occurrences.findNext(stop, limit)
    }
    at = skipNode(records, item)
  }
  return found
}

/**
 * Implements `YamlNode.findScalars`: finds scalars in a node, keys and the node itself included, without making nodes. A
 * scalar is found if its source text is not longer than `maxBytes`, the last two bytes of its text are one of the `endings`,
 * and `accepts` returns true for its value. If escapes hide its last two bytes, only `accepts` decides.
 * @param from the index of the node's own record
 * @returns the byte offset of each scalar found (of its quote or block header, if any), and of each alias of such a scalar,
 *   in ascending order; undefined if any alias stands for a collection
 */
export function findScalarOffsets(
  { records, shared }: ScannedDocument,
  from: number,
  { endings, maxBytes, accepts }: ScalarSearch,
): readonly number[] | undefined {
  const { buffer } = shared
  const found: number[] = []
  const end = skipNode(records, from)
  for (let at = from; at < end; at += RECORD_SIZE) {
    const kind = kindOf(records[at] as number)
    if (kind !== SCALAR && kind !== ALIAS) continue
    const node = kind === ALIAS ? skipProperties(records, records[at + 3] as number) : at
    const head = records[node] as number
    if (kindOf(head) !== SCALAR) return undefined
    const start = records[node + 1] as number
    const stop = records[node + 2] as number
    if (stop - start > maxBytes) continue
    if (
      isEndWritten(buffer, head, stop) &&
      !hasEnding(endings, twoBytesBefore(buffer, textEnd(buffer, head, stop)))
    )
      continue
    const text = decodeScalar(buffer, head, start, stop, records[node + 3] as number)
    if (accepts(text)) found.push(records[at + 1] as number)
  }
  return found
}

/** The longest source text of two escaped characters. */
const TWO_ESCAPES = 2 * '\\u0000'.length

/** Whether the last two bytes of a scalar's source text are those of its value. */
function isEndWritten(buffer: Buffer, head: number, stop: number): boolean {
  if ((head & HAS_ESCAPES) === 0 || styleOf(head) !== DOUBLE_QUOTED) return true
  // An escaped line break may be between the two characters.
  if ((head & IS_MULTILINE) !== 0) return false
  for (let at = stop - 1; at >= stop - 1 - TWO_ESCAPES; at -= 1) if (buffer[at] === BACKSLASH) return false
  return true
}

/** @returns the end of the text: before the closing quote, or before the line breaks after a block scalar */
function textEnd(buffer: Buffer, head: number, stop: number): number {
  const style = styleOf(head)
  if (style === PLAIN) return stop
  if (style === SINGLE_QUOTED || style === DOUBLE_QUOTED) return stop - 1
  let at = stop
  while ((buffer[at - 1] as number) <= SPACE) at -= 1
  return at
}
