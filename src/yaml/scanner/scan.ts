import { BOM_FIRST, DASH, HASH, isBlank, LF, SPACE } from '../bytes.ts'
import { isPlainString } from '../scalar-type.ts'
import { decodeLatin1, hasBom } from '../source.ts'
import { afterBreak, findBreak, isBlankAt, skipBlanks, skipSpaces } from './byte-search.ts'
import type { TapeWriter } from './tape.ts'

/** How deep nodes may lie in each other here; the reference reader takes more. */
export const MAX_DEPTH = 400

/** The longest key, from its first byte to its colon, that is surely short enough (1.2.2, section 7.4.2: 1024 characters). */
export const MAX_KEY = 1000

/** The state of a scan over one document. */
export interface Scan {
  readonly bytes: Uint8Array
  readonly tape: TapeWriter
  /** Just after the document's last byte that may hold contents. */
  end: number
  /** The next byte to look at. */
  at: number
  /** Where the line of `at` begins. */
  lineStart: number
  /** The column of the contents at `at`, once `advance` has found some; -1 at the document's end. */
  column: number
  /** Whether `advance` went over a comment on a line of its own, or behind what was there. */
  comment: boolean
  /** How many flow collections are open. */
  flowLevel: number
  /** Where the last node ended. */
  nodeEnd: number
  /** Anchors with their latest records; made when the first is met. */
  anchors: Map<string, number> | undefined
  /** How many nodes stand behind aliases. */
  aliasedNodes: number
  /** How deep nodes lay so far. */
  deepest: number
  /** Whether a key is no string, so that JSON may have another one that is written so. */
  hasNonStringKey: boolean
  /** How many collections that are open have an anchor: an alias inside one is left to the reference reader. */
  openAnchors: number
}

/** The state at the start of a stretch of lines. */
export function createScan(bytes: Uint8Array, from: number, end: number, tape: TapeWriter): Scan {
  return {
    bytes,
    tape,
    end,
    at: from,
    lineStart: from,
    column: -1,
    comment: false,
    flowLevel: 0,
    nodeEnd: from,
    anchors: undefined,
    aliasedNodes: 0,
    deepest: 0,
    hasNonStringKey: false,
    openAnchors: 0,
  }
}

/** The same for another stretch: a stream may have a hundred thousand documents. */
export function resetScan(scan: Scan, from: number, end: number): void {
  scan.end = end
  scan.at = from
  scan.lineStart = from
  scan.column = -1
  scan.comment = false
  scan.flowLevel = 0
  scan.nodeEnd = from
  scan.anchors = undefined
  scan.aliasedNodes = 0
  scan.deepest = 0
  scan.hasNonStringKey = false
  scan.openAnchors = 0
}

/** Thrown, and never seen outside, where a document is not proved: the reference reader gets it then. */
export const UNSUPPORTED: Error = new Error('left to the reference reader')

/** Gives the document up. */
export function bailOut(): never {
  throw UNSUPPORTED
}

/** Whether nothing but a comment is left on the line. */
export function isRestOfLineBlank({ bytes, end, at }: Scan): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return (byte === HASH && isBlank(bytes[at - 1])) || afterBreak(bytes, at, end) !== -1
}

/** Goes from the end of a node over the rest of its line, which holds no more than a comment, to the next contents. */
export function skipToNextContent(scan: Scan): void {
  const { bytes, end, at } = scan
  scan.comment = false
  scan.at = at < end && bytes[at] === LF ? at + 1 : endOfRestOfLine(scan)
  skipBlankLines(scan)
}

/** Just after the line. */
function endOfRestOfLine(scan: Scan): number {
  const { bytes, end } = scan
  const at = skipBlanks(bytes, scan.at, end)
  const isComment = at < end && bytes[at] === HASH
  if (isComment && !isBlank(bytes[at - 1])) bailOut()
  if (isComment) scan.comment = true
  const next = afterBreak(bytes, isComment ? findBreak(bytes, at, end) : at, end)
  return next === -1 ? bailOut() : next
}

/** Goes over blank lines and lines of comments to the next contents. `at` stands at the start of a line. */
export function skipBlankLines(scan: Scan): void {
  const { bytes, end } = scan
  let line = scan.at
  while (line < end) {
    let at = skipSpaces(bytes, line, end)
    const byte = at < end ? (bytes[at] as number) : LF
    if (byte > SPACE && byte !== HASH) {
      if (byte === BOM_FIRST && hasBom(bytes, at)) bailOut()
      scan.lineStart = line
      scan.column = at - line
      scan.at = at
      return
    }
    if (byte === HASH) {
      scan.comment = true
      at = findBreak(bytes, at, end)
    }
    line = afterBreak(bytes, at, end)
    if (line === -1) bailOut()
  }
  scan.at = end
  scan.column = -1
}

/**
 * Goes over comments and the `---` line of a document to its contents.
 * @param start of its range; the scan begins at its body
 */
export function skipToRoot(scan: Scan, start: number): void {
  // More than a byte order mark: end markers that end nothing, and whatever stands between them.
  if (scan.at - start > 3) bailOut()
  skipBlankLines(scan)
  if (scan.column !== 0 || !isMarker(scan)) return
  scan.at = skipBlanks(scan.bytes, scan.at + 3, scan.end)
  // Contents on the line of the marker have rules of their own.
  if (!isRestOfLineBlank(scan)) bailOut()
  skipToNextContent(scan)
}

function isMarker({ bytes, end, at }: Scan): boolean {
  return (
    bytes[at] === DASH && bytes[at + 1] === DASH && bytes[at + 2] === DASH && isBlankAt(bytes, at + 3, end)
  )
}

/** What a plain scalar that is no string may begin with: of null, booleans and numbers. */
const FIRST = new Uint8Array(256)
for (const character of 'yYnNtTfFoO~+-.0123456789') FIRST[character.charCodeAt(0)] = 1

/** The longest of the words that are no strings: `false`. */
const LONGEST_WORD = 5
const LETTERS = 0x41

/** Whether a plain key is a string, as nearly all are. */
export function isStringKey(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (start < end && FIRST[first] === 0) return true
  if (first >= LETTERS && end - start > LONGEST_WORD) return true
  return isPlainString(decodeLatin1(bytes, start, end))
}
