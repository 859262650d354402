import { BOM_FIRST_BYTE, DASH, HASH, isBlank, LF, SPACE } from '../bytes.ts'
import { isPlainString } from '../scalar-type.ts'
import { decodeLatin1, hasBom } from '../source.ts'
import { findLineEnd, isBlankAt, skipBlanks, skipLineBreak, skipSpaces } from './byte-search.ts'
import type { Tape } from './tape.ts'

/**
 * How deep nodes may be nested in a document that the scanner supports. npm `yaml`, which reads the others, may go
 * deeper.
 */
export const MAX_SCAN_DEPTH = 400

/**
 * The longest key that the scanner supports, in bytes, including its quotes. YAML's limit is 1024 characters (1.2.2, section
 * 7.4.2).
 */
export const MAX_KEY_BYTES = 1000

/**
 * The state of the scan of one document: the position, and what must be known about the text before it. Offsets are byte
 * offsets in the source.
 */
export interface Scan {
  /** The bytes of the whole source. */
  readonly bytes: Uint8Array
  /** Where the records of nodes are written. */
  readonly tape: Tape
  /** Just after the last byte that may belong to the document's nodes. */
  end: number
  /** The offset of the next byte to look at. */
  at: number
  /** The offset at which the line of `at` starts. Not kept up to date by `scanJson`, and at the end of the document. */
  lineStart: number
  /**
   * The distance of `at` from the start of its line, in bytes; -1 at the end of the document. Set by `skipToNextContent` and
   * `skipBlankLines`, and after the dash of an item, but not by moves within a line.
   */
  column: number
  /** Whether the last `skipToNextContent` has skipped a comment, or `skipBlankLines` one since then. */
  hasSkippedComment: boolean
  /** The number of open flow collections. */
  flowLevel: number
  /** The offset just after the last value, anchor or tag, or dash or colon of a block collection: that of an empty node. */
  nodeEnd: number
  /** The index of the first record of the last node with each anchor, by its name; created with the first anchor. */
  anchors: Map<string, number> | undefined
  /** How many records the nodes have that all aliases so far stand for, counted for each alias. They contain no aliases. */
  aliasedNodes: number
  /** The largest `depth` passed to `scanNode` or `scanFlow` so far. */
  deepest: number
  /** Whether any key so far is not a string, such as `1` or `true`, so that it may collide with another key in JSON. */
  hasNonStringKey: boolean
  /** The number of open nodes with an anchor, in which aliases are not supported; see `beginNode` and `endNode`. */
  openAnchors: number
}

/**
 * Creates the state for the scan of a range of bytes.
 * @param bytes the bytes of the whole source
 * @param from the byte offset at which the scan starts
 * @param end the byte offset at which it ends
 * @param tape receives the records
 */
export function createScan(bytes: Uint8Array, from: number, end: number, tape: Tape): Scan {
  return {
    bytes,
    tape,
    end,
    at: from,
    lineStart: from,
    column: -1,
    hasSkippedComment: false,
    flowLevel: 0,
    nodeEnd: from,
    anchors: undefined,
    aliasedNodes: 0,
    deepest: 0,
    hasNonStringKey: false,
    openAnchors: 0,
  }
}

/**
 * Thrown if a document is invalid or the scanner does not support it; npm `yaml` then reads it. It is always caught within
 * `scanner/`.
 */
export const UNSUPPORTED: Error = new Error('the scanner does not support this document')

/**
 * Stops the scan of a document that is invalid or that the scanner does not support.
 * @throws UNSUPPORTED always
 */
export function bailOut(): never {
  throw UNSUPPORTED
}

/**
 * Whether the rest of the line is empty or a comment: the scan is at a line break, at the end of the range, or at a `#`
 * after a space or tab. White space is not skipped: at a space or tab it is false.
 */
export function isRestOfLineBlank({ bytes, end, at }: Scan): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return (byte === HASH && isBlank(bytes[at - 1])) || skipLineBreak(bytes, at, end) !== -1
}

/**
 * Moves the scan to the next text that is not a comment, on a later line, and sets its line, column and
 * `hasSkippedComment`; at the end of the document the column is -1. Bails out if the rest of the current line is neither
 * blank nor a comment, and wherever `skipBlankLines` does.
 */
export function skipToNextContent(scan: Scan): void {
  const { bytes, end, at } = scan
  scan.hasSkippedComment = false
  scan.at = at < end && bytes[at] === LF ? at + 1 : endOfRestOfLine(scan)
  skipBlankLines(scan)
}

/** @returns the offset just after the line */
function endOfRestOfLine(scan: Scan): number {
  const { bytes, end } = scan
  const at = skipBlanks(bytes, scan.at, end)
  const isComment = at < end && bytes[at] === HASH
  if (isComment && !isBlank(bytes[at - 1])) bailOut()
  if (isComment) scan.hasSkippedComment = true
  const next = skipLineBreak(bytes, isComment ? findLineEnd(bytes, at, end) : at, end)
  return next === -1 ? bailOut() : next
}

/**
 * Moves the scan from the start of a line to the next text that is not a comment, on this line or a later one, and sets its
 * line and column; at the end of the document the column is -1. Sets `hasSkippedComment` if it skips a comment, but does not
 * reset it. Bails out at a tab that only spaces precede, and at a byte order mark or control character in place of the text.
 */
export function skipBlankLines(scan: Scan): void {
  const { bytes, end } = scan
  let line = scan.at
  while (line < end) {
    let at = skipSpaces(bytes, line, end)
    const byte = at < end ? (bytes[at] as number) : LF
    if (byte > SPACE && byte !== HASH) {
      if (byte === BOM_FIRST_BYTE && hasBom(bytes, at)) bailOut()
      scan.lineStart = line
      scan.column = at - line
      scan.at = at
      return
    }
    if (byte === HASH) {
      scan.hasSkippedComment = true
      at = findLineEnd(bytes, at, end)
    }
    line = skipLineBreak(bytes, at, end)
    if (line === -1) bailOut()
  }
  scan.at = end
  scan.column = -1
}

/**
 * Moves the scan to the start of the root node, past comments and a `---` line, and sets its column: -1 if there is no root
 * node. Bails out if text other than a comment is on the `---` line, or `...` lines are before the document.
 * @param start the byte offset of the document, which may have `...` lines or a byte order mark before `scan.at`
 */
export function skipToRoot(scan: Scan, start: number): void {
  // Longer than a byte order mark: there are end markers before the document.
  if (scan.at - start > 3) bailOut()
  skipBlankLines(scan)
  if (scan.column !== 0 || !isMarker(scan)) return
  scan.at = skipBlanks(scan.bytes, scan.at + 3, scan.end)
  // Contents on the line of the marker are not supported.
  if (!isRestOfLineBlank(scan)) bailOut()
  skipToNextContent(scan)
}

function isMarker({ bytes, end, at }: Scan): boolean {
  return (
    bytes[at] === DASH && bytes[at + 1] === DASH && bytes[at + 2] === DASH && isBlankAt(bytes, at + 3, end)
  )
}

/** Characters with which null, booleans and numbers may start. */
const MAY_START_NON_STRING = new Uint8Array(256)
for (const character of 'yYnNtTfFoO~+-.0123456789') MAY_START_NON_STRING[character.charCodeAt(0)] = 1

/** The length of `false`, the longest word that is not a string. */
const LONGEST_WORD = 5
const FIRST_LETTER = 0x41

/**
 * Whether Kubernetes reads a plain key as a string, and not as null, a boolean or a number.
 * @param start the byte offset of the key
 * @param end the byte offset just after it
 */
export function isStringKey(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (start < end && MAY_START_NON_STRING[first] === 0) return true
  if (first >= FIRST_LETTER && end - start > LONGEST_WORD) return true
  return isPlainString(decodeLatin1(bytes, start, end))
}
