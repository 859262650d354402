import type { Buffer } from 'node:buffer'
import { BACKSLASH, lastTwoBytes, SPACE } from '../bytes.ts'
import type { ScalarSearch } from '../nodes.ts'
import { isPlainString } from '../scalar-type.ts'
import type { KeyIndex } from './key-index.ts'
import { cachedText, scalarText } from './scalar-text.ts'
import type { ScannedDocument } from './scanned.ts'
import {
  ALIAS,
  DOUBLE,
  DOUBLE_TEXT,
  ESCAPES,
  kindOf,
  LINES,
  MAPPING,
  nextNode,
  PLAIN,
  PLAIN_TEXT,
  SCALAR,
  SINGLE,
  SINGLE_TEXT,
  skipProperties,
  styleOf,
  WIDTH,
} from './tape.ts'

/** No entry has the key. */
export const ABSENT = -1
/** The records alone don't tell: a key is an alias or a merge, or has escapes or several lines. */
export const UNSURE = -2

const LESS_THAN = 0x3c

/** Whether a key can be compared byte by byte: it is ASCII, and would be the same string if it stood plain. */
export function isSearchable(key: string): boolean {
  for (let i = 0; i < key.length; i += 1) if (key.charCodeAt(i) > 0x7f) return false
  return isPlainString(key)
}

/**
 * Finds an entry of a mapping without making nodes of the others.
 * @param mapping its record
 * @param key in ASCII
 * @returns the record of the last key with that text, or ABSENT, or UNSURE
 */
export function findKey({ records, view }: ScannedDocument, mapping: number, key: string): number {
  const { buffer } = view
  const end = records[mapping + 3] as number
  let found = ABSENT
  for (let at = mapping + WIDTH; at < end; ) {
    const head = records[at]
    const start = records[at + 1] as number
    const stop = records[at + 2] as number
    if (head === PLAIN_TEXT) {
      if (buffer[start] === LESS_THAN) return UNSURE
      if (isText(buffer, start, stop, key)) found = at
    } else if (head === DOUBLE_TEXT || head === SINGLE_TEXT) {
      if (isText(buffer, start + 1, stop - 1, key)) found = at
    } else return UNSURE
    at = nextNode(records, skipProperties(records, at + WIDTH))
  }
  return found
}

/**
 * The string at the end of a path of keys, without making a node on the way.
 * @returns null where there is none; undefined where only nodes can tell
 */
export function findText(
  scanned: ScannedDocument,
  mapping: number,
  path: readonly string[],
): string | null | undefined {
  const { records, view } = scanned
  let at = mapping
  for (const key of path) {
    if (kindOf(records[at] as number) !== MAPPING) return mayBeAlias(records, at) ? undefined : null
    const found = findKey(scanned, at, key)
    if (found < 0) return found === ABSENT ? null : undefined
    at = found + WIDTH
  }
  const head = records[at]
  const start = records[at + 1] as number
  const end = records[at + 2] as number
  if (head === PLAIN_TEXT) {
    const text = cachedText(view.texts, view.buffer, start, end)
    return isPlainString(text) ? text : null
  }
  if (head === DOUBLE_TEXT || head === SINGLE_TEXT)
    return cachedText(view.texts, view.buffer, start + 1, end - 1)
  return mayBeAlias(records, at) || kindOf(head as number) === SCALAR ? undefined : null
}

/** Whether what stands there is something else than it looks like: an alias, or a node with an anchor or a tag. */
function mayBeAlias(records: Int32Array, at: number): boolean {
  return kindOf(records[at] as number) >= ALIAS
}

/** Whether some bytes are a text in ASCII. */
function isText(buffer: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let i = 0; i < text.length; i += 1) if (buffer[start + i] !== text.charCodeAt(i)) return false
  return true
}

/** The records of the keys of a mapping of entries that are, or may hold, an entry with some key. */
export function keysWithin({ records }: ScannedDocument, mapping: number, key: KeyIndex): number[] {
  const found: number[] = []
  const end = records[mapping + 3] as number
  const limit = records[mapping + 2] as number
  let hit = key.next(records[mapping + 1] as number, limit)
  for (let at = mapping + WIDTH; at < end; ) {
    const value = skipProperties(records, at + WIDTH)
    const stop = records[value + 2] as number
    if (hit < stop) {
      found.push(at)
      hit = key.next(stop, limit)
    }
    at = nextNode(records, value)
  }
  return found
}

/** The items of a sequence which an entry with some key may stand in: their positions, and where their records begin. */
export function itemsWithin(
  { records }: ScannedDocument,
  sequence: number,
  key: KeyIndex,
): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  const end = records[sequence + 3] as number
  const limit = records[sequence + 2] as number
  let hit = key.next(records[sequence + 1] as number, limit)
  let index = 0
  for (let at = sequence + WIDTH; at < end; index += 1) {
    const item = skipProperties(records, at)
    const stop = records[item + 2] as number
    if (hit < stop) {
      found.push([index, at])
      hit = key.next(stop, limit)
    }
    at = nextNode(records, item)
  }
  return found
}

/**
 * Searches the scalars of a node: see `YamlNode.findScalars`.
 * @param from the node's own record
 */
export function findScalars(
  { records, view }: ScannedDocument,
  from: number,
  { endings, maxBytes, accepts }: ScalarSearch,
): readonly number[] | undefined {
  const { buffer } = view
  const found: number[] = []
  const end = nextNode(records, from)
  for (let at = from; at < end; at += WIDTH) {
    const kind = kindOf(records[at] as number)
    if (kind !== SCALAR && kind !== ALIAS) continue
    const node = kind === ALIAS ? skipProperties(records, records[at + 3] as number) : at
    const head = records[node] as number
    if (kindOf(head) !== SCALAR) return undefined
    const start = records[node + 1] as number
    const stop = records[node + 2] as number
    if (stop - start > maxBytes) continue
    if (isEndWritten(buffer, head, stop) && endings[lastTwoBytes(buffer, textEnd(buffer, head, stop))] === 0)
      continue
    const text = scalarText(buffer, head, start, stop, records[node + 3] as number)
    if (accepts(text)) found.push(records[at + 1] as number)
  }
  return found
}

/** The longest escapes that two characters may be written in. */
const TWO_ESCAPES = 2 * '\\u0000'.length

/** Whether the text of a scalar ends with what it is seen to end with, and not with escapes. */
function isEndWritten(buffer: Buffer, head: number, stop: number): boolean {
  if ((head & ESCAPES) === 0 || styleOf(head) !== DOUBLE) return true
  // Between the two characters, there may be an escaped line break, and any indentation.
  if ((head & LINES) !== 0) return false
  for (let at = stop - 1; at >= stop - 1 - TWO_ESCAPES; at -= 1) if (buffer[at] === BACKSLASH) return false
  return true
}

/** Where the text of a scalar ends: before its quote, or the line breaks behind a block. */
function textEnd(buffer: Buffer, head: number, stop: number): number {
  const style = styleOf(head)
  if (style === PLAIN) return stop
  if (style === SINGLE || style === DOUBLE) return stop - 1
  let at = stop
  while ((buffer[at - 1] as number) <= SPACE) at -= 1
  return at
}
