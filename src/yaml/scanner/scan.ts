import { BOM_FIRST_BYTE, DASH, HASH, isBlank, LF, SPACE } from '../bytes.ts'
import { isPlainString } from '../scalar-type.ts'
import { decodeLatin1, hasBom } from '../source.ts'
import { findLineEnd, isBlankAt, skipBlanks, skipLineBreak, skipSpaces } from './byte-search.ts'
import type { Tape } from './tape.ts'

/** How deep nodes may be nested; the other reader allows more. */
export const MAX_SCAN_DEPTH = 400

/** The longest key up to its colon, in bytes, which is below the limit of 1024 characters (1.2.2, section 7.4.2). */
export const MAX_KEY_BYTES = 1000

/** The state of the scan of one document. */
export interface Scan {
  readonly bytes: Uint8Array
  readonly tape: Tape
  /** Just after the last byte that may belong to the contents. */
  end: number
  /** The next byte to look at. */
  at: number
  /** The start of the line of `at`. */
  lineStart: number
  /** The column of the contents that `skipToNextContent` has found; -1 at the end of the document. */
  column: number
  /** Whether `skipToNextContent` has skipped a comment. */
  hasSkippedComment: boolean
  /** The number of open flow collections. */
  flowLevel: number
  /** The end of the last node. */
  nodeEnd: number
  /** The latest record of each anchor; created with the first anchor. */
  anchors: Map<string, number> | undefined
  /** How many nodes aliases stand for. */
  aliasedNodes: number
  /** The deepest nesting so far. */
  deepest: number
  /** Whether a key is not a string, so that it may collide with another key in JSON. */
  hasNonStringKey: boolean
  /** The number of open collections with an anchor, in which aliases are not supported. */
  openAnchors: number
}

/** Makes the state at the start of a range. */
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

/** Thrown at a document that the scanner does not support. It is caught within scanner/. */
export const UNSUPPORTED: Error = new Error('the scanner does not support this document')

/** Stops scanning a document that is not supported. @throws UNSUPPORTED */
export function bailOut(): never {
  throw UNSUPPORTED
}

/** Whether the rest of the line is blank or a comment. */
export function isRestOfLineBlank({ bytes, end, at }: Scan): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return (byte === HASH && isBlank(bytes[at - 1])) || skipLineBreak(bytes, at, end) !== -1
}

/** Skips the rest of the line, which must be blank or a comment, and goes to the next contents. */
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

/** Skips blank lines and comments to the next contents. Called at the start of a line. */
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
 * Skips comments and the `---` line of a document.
 * @param start the start of the document's range; the scan starts at its contents
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

/** Whether a plain key is a string. */
export function isStringKey(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (start < end && MAY_START_NON_STRING[first] === 0) return true
  if (first >= FIRST_LETTER && end - start > LONGEST_WORD) return true
  return isPlainString(decodeLatin1(bytes, start, end))
}
