import { Buffer } from 'node:buffer'
import type { YamlNode } from '../nodes.ts'
import { BACKSLASH, SPACE } from './bytes.ts'
import { recordOf, scannedOf } from './node-search.ts'
import { scalarText } from './scalar-text.ts'
import type { Scanned } from './scanned.ts'
import {
  ALIAS,
  DOUBLE,
  ESCAPES,
  kindOf,
  LINES,
  nextNode,
  PLAIN,
  SCALAR,
  SINGLE,
  skipProperties,
  styleOf,
  WIDTH,
} from './tape.ts'

/** Scalars that end with one of some texts. */
export interface EndSearch {
  /**
   * @param node to look into
   * @param longest how many bytes a scalar may have to be of interest
   * @returns where they, and the aliases of such, begin, in ascending order; undefined where the records don't tell: there
   *   are none, or an alias stands for a collection, so that a scalar may be in two places
   */
  in(node: YamlNode, longest: number): readonly number[] | undefined
}

/**
 * Looks through the records of documents, and makes no node. Keys are looked at, too.
 * @param texts of two characters or more
 * @param isWanted says, of a scalar that ends like one of them, whether it is wanted
 */
export function createEndSearch(texts: Iterable<string>, isWanted: (text: string) => boolean): EndSearch {
  const ends = new Uint8Array(1 << 16)
  for (const text of texts) {
    const bytes = Buffer.from(text.slice(-2))
    ends[endOf(bytes, bytes.length)] = 1
  }
  return {
    in: (node, longest) => {
      const scanned = scannedOf(node)
      if (scanned === undefined) return undefined
      const from = recordOf(scanned, node)
      return from === undefined ? undefined : search(scanned, from, longest, ends, isWanted)
    },
  }
}

function search(
  { records, view }: Scanned,
  from: number,
  longest: number,
  ends: Uint8Array,
  isWanted: (text: string) => boolean,
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
    if (stop - start > longest) continue
    if (isEndWritten(buffer, head, stop) && ends[endOf(buffer, textEnd(buffer, head, stop))] === 0) continue
    const text = scalarText(buffer, head, start, stop, records[node + 3] as number)
    if (isWanted(text)) found.push(records[at + 1] as number)
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

/** The last two bytes before an offset, as one number. */
function endOf(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number)
}
