import {
  ASTERISK,
  BRACE_END,
  BRACE_START,
  BRACKET_END,
  BRACKET_START,
  COLON,
  COMMA,
  DASH,
  DOT,
  DOUBLE_QUOTE,
  HASH,
  isBlank,
  SINGLE_QUOTE,
} from '../bytes.ts'
import { hasBom } from '../source.ts'
import {
  findFlowPlainEnd,
  findLineEnd,
  isBlankAt,
  isFlowIndicator,
  isIndicator,
  skipBlanks,
  skipLineBreak,
  skipSpaces,
  trimBlanks,
} from './byte-search.ts'
import { scanAlias } from './properties.ts'
import { scanQuoted } from './scalars.ts'
import { bailOut, isStringKey, MAX_KEY_BYTES, MAX_SCAN_DEPTH, type Scan } from './scan.ts'
import { closeCollection, FLOW, MAPPING, PLAIN, SCALAR, SEQUENCE, writeRecord } from './tape.ts'

/**
 * Scans a mapping in braces or a sequence in brackets, with everything in it, and writes its records. Moves the scan
 * from its first to just after its last bracket, but does not set the column. Bails out at anything that is invalid or
 * unsupported, such as anchors and tags in it, pairs in a sequence (`[a: b]`), and plain scalars on several lines.
 * @param parentColumn the column of the block collection around it, -1 if there is none: later lines must be indented more,
 *   only the outermost last bracket may be in that column
 * @param depth how deep the collection is nested; bails out if it is more than `MAX_SCAN_DEPTH`
 */
export function scanFlow(scan: Scan, parentColumn: number, depth: number): void {
  if (depth > MAX_SCAN_DEPTH) bailOut()
  if (depth > scan.deepest) scan.deepest = depth
  scan.flowLevel += 1
  if (scan.bytes[scan.at] === BRACE_START) scanFlowMapping(scan, parentColumn, depth)
  else scanFlowSequence(scan, parentColumn, depth)
}

function scanFlowMapping(scan: Scan, parentColumn: number, depth: number): void {
  const { bytes, tape } = scan
  const record = writeRecord(tape, MAPPING | FLOW, scan.at, 0, 0)
  scan.at += 1
  let byte = nextFlowByte(scan, parentColumn)
  while (byte !== BRACE_END) {
    scanEntry(scan, parentColumn, depth)
    byte = nextFlowByte(scan, parentColumn)
    if (byte === COMMA) {
      scan.at += 1
      byte = nextFlowByte(scan, parentColumn)
      if (bytes[scan.at] === COMMA) bailOut()
    } else if (byte !== BRACE_END) bailOut()
  }
  finish(scan, record)
}

function scanFlowSequence(scan: Scan, parentColumn: number, depth: number): void {
  const { tape } = scan
  const record = writeRecord(tape, SEQUENCE | FLOW, scan.at, 0, 0)
  scan.at += 1
  let byte = nextFlowByte(scan, parentColumn)
  while (byte !== BRACKET_END) {
    scanFlowNode(scan, parentColumn, depth)
    byte = nextFlowByte(scan, parentColumn)
    // A colon would make the item a pair, which is not supported.
    if (byte === COMMA) {
      scan.at += 1
      byte = nextFlowByte(scan, parentColumn)
    } else if (byte !== BRACKET_END) bailOut()
  }
  finish(scan, record)
}

function finish(scan: Scan, record: number): void {
  scan.flowLevel -= 1
  scan.at += 1
  scan.nodeEnd = scan.at
  closeCollection(scan.tape, record, scan.at)
}

/** Scans a key and its value, which may be missing. */
function scanEntry(scan: Scan, parentColumn: number, depth: number): void {
  const { bytes, end, tape } = scan
  const start = scan.at
  const lineStart = scan.lineStart
  const quoted = bytes[start] === DOUBLE_QUOTE || bytes[start] === SINGLE_QUOTE
  if (quoted) scanQuoted(scan)
  else scanFlowPlain(scan)
  if (scan.lineStart !== lineStart || scan.at - start > MAX_KEY_BYTES) bailOut()
  const keyEnd = scan.at
  if (!quoted && !isStringKey(bytes, start, keyEnd)) scan.hasNonStringKey = true
  scan.at = skipBlanks(bytes, keyEnd, end)
  if (bytes[scan.at] !== COLON || scan.at >= end) {
    writeRecord(tape, SCALAR | PLAIN, keyEnd, keyEnd, 0)
    return
  }
  const empty = scan.at + 1
  // The colon after a quoted key needs no space. After a plain key, go-yaml takes it for a part of the key if a bracket or a
  // comma follows.
  const adjacent = quoted && scan.at === keyEnd
  const follows = isBlankAt(bytes, empty, end) || (quoted && isFlowIndicator(bytes[empty]))
  if (!adjacent && !follows) bailOut()
  scan.at = empty
  const byte = nextFlowByte(scan, parentColumn)
  if (byte === COMMA || byte === BRACE_END) writeRecord(tape, SCALAR | PLAIN, empty, empty, 0)
  else scanFlowNode(scan, parentColumn, depth)
}

function scanFlowNode(scan: Scan, parentColumn: number, depth: number): void {
  const byte = scan.bytes[scan.at]
  if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) scanQuoted(scan)
  else if (byte === BRACE_START || byte === BRACKET_START) scanFlow(scan, parentColumn, depth + 1)
  else if (byte === ASTERISK) scanAlias(scan, depth)
  else scanFlowPlain(scan)
}

/** Scans a plain scalar on one line. */
function scanFlowPlain(scan: Scan): void {
  const { bytes, end } = scan
  const start = scan.at
  const byte = bytes[start]
  if (isIndicator(byte)) {
    const next = bytes[start + 1]
    // A dash may be followed by another one, as in `--flag`.
    const isPlain =
      byte === DASH && !isBlankAt(bytes, start + 1, end) && (next === DASH || !isIndicator(next))
    if (!isPlain) bailOut()
  }
  // npm `yaml` reads what looks like a marker after a tab as one.
  if ((byte === DASH || byte === DOT) && bytes[start + 1] === byte && bytes[start + 2] === byte) bailOut()
  const stop = findFlowPlainEnd(bytes, start, end)
  const to = trimBlanks(bytes, start, stop)
  if (to === start) bailOut()
  writeRecord(scan.tape, SCALAR | PLAIN, start, to, 0)
  scan.nodeEnd = to
  scan.at = to
}

/**
 * Whether a line of a collection is indented enough. The last bracket may be in the column of the collection's key: that is
 * invalid, but common, and accepted by other readers too.
 */
function isIndented({ bytes, end, lineStart, flowLevel }: Scan, at: number, parentColumn: number): boolean {
  if (hasBom(bytes, at)) return false
  if (parentColumn < 0) return true
  const indent = skipSpaces(bytes, lineStart, end) - lineStart
  const isLast = flowLevel === 1 && (bytes[at] === BRACE_END || bytes[at] === BRACKET_END)
  return indent > parentColumn || (indent === parentColumn && isLast)
}

/** Skips white space, line breaks and comments. @returns the next byte of the collection */
function nextFlowByte(scan: Scan, parentColumn: number): number {
  const { bytes, end } = scan
  let at = scan.at
  let fresh = false
  while (true) {
    const from = at
    if (fresh) at = skipSpaces(bytes, at, end)
    at = skipBlanks(bytes, at, end)
    if (at >= end) bailOut()
    const byte = bytes[at] as number
    if (byte === HASH) {
      if (at === from && !fresh && !isBlank(bytes[at - 1])) bailOut()
      at = findLineEnd(bytes, at, end)
    } else if (byte >= 0x20) {
      if (fresh && !isIndented(scan, at, parentColumn)) bailOut()
      scan.at = at
      return byte
    }
    at = skipLineBreak(bytes, at, end)
    if (at === -1) bailOut()
    fresh = true
    scan.lineStart = at
  }
}
