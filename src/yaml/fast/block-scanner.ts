import { scanBlockScalar } from './block-scalar-scanner.ts'
import {
  AMPERSAND,
  APOSTROPHE,
  ASTERISK,
  BRACE,
  BRACKET,
  COLON,
  DASH,
  EXCLAMATION,
  findPlainEnd,
  GREATER,
  isBlank,
  isBlankAt,
  isIndicator,
  PIPE,
  QUESTION,
  QUOTE,
  skipBlanks,
  skipSpaces,
  trimBlanks,
} from './bytes.ts'
import { advance, findContents, isRestBlank } from './contents.ts'
import { scanFlow } from './flow-scanner.ts'
import { closeProperties, openProperties, type Properties, scanAlias, scanProperties } from './properties.ts'
import { findColonAfterQuoted, scanQuoted } from './quoted.ts'
import { giveUp, MAX_DEPTH, MAX_KEY, type Scan } from './scan.ts'
import { BLOCK, close, LINES, MAPPING, PLAIN, SCALAR, SEQUENCE, write } from './tape.ts'

/**
 * Scans a node in block context and writes its records. `at` stands on its first byte, in the column `column`; then
 * on the first byte of what comes after it, as `advance` leaves it.
 * @param parent the column of the mapping or sequence that it is in; -1 for a root
 */
export function scanNode(scan: Scan, parent: number, depth: number): void {
  if (depth > MAX_DEPTH) giveUp()
  const { bytes, end, at } = scan
  if (isItem(scan)) scanSequence(scan, depth)
  else if (findKeyColon(bytes, at, end, scan) !== -1) scanMapping(scan, depth)
  else scanValue(scan, parent, depth)
}

/** Whether the `-` of an item is there. */
function isItem({ bytes, end, at }: Scan): boolean {
  return bytes[at] === DASH && isBlankAt(bytes, at + 1, end)
}

/** Where the colon is behind an implicit key; -1 where there is none. */
function findKeyColon(bytes: Uint8Array, at: number, end: number, scan: Scan): number {
  const byte = bytes[at]
  if (byte === QUOTE || byte === APOSTROPHE) return findColonAfterQuoted(scan, at)
  if (isIndicator(byte) && !startsPlain(bytes, at, end)) return -1
  const stop = findPlainEnd(bytes, at, end)
  return stop < end && bytes[stop] === COLON ? stop : -1
}

/** Whether a `-`, `?` or `:` is the first character of a plain scalar rather than an indicator. */
function startsPlain(bytes: Uint8Array, at: number, end: number): boolean {
  const byte = bytes[at]
  return (byte === DASH || byte === QUESTION || byte === COLON) && !isBlankAt(bytes, at + 1, end)
}

function scanMapping(scan: Scan, depth: number): void {
  const { tape } = scan
  const column = scan.column
  const record = write(tape, MAPPING | BLOCK, scan.at, 0, 0)
  do {
    scanKey(scan)
    scanEntryValue(scan, column, depth)
  } while (scan.column === column)
  if (scan.column > column) giveUp()
  close(tape, record, scan.nodeEnd)
}

/** Scans a key up to its colon, behind which `at` stands then. */
function scanKey(scan: Scan): void {
  const { bytes, end } = scan
  const start = scan.at
  const colon = findKeyColon(bytes, start, end, scan)
  if (colon === -1 || colon - start > MAX_KEY || !isBlankAt(bytes, colon + 1, end)) giveUp()
  const byte = bytes[start]
  if (byte === QUOTE || byte === APOSTROPHE) {
    scanQuoted(scan)
    if (skipBlanks(bytes, scan.at, end) !== colon) giveUp()
  } else write(scan.tape, SCALAR | PLAIN, start, trimBlanks(bytes, start, colon), 0)
  scan.at = colon + 1
}

/** The value of an entry of a mapping in this column. `at` stands behind the colon. */
function scanEntryValue(scan: Scan, column: number, depth: number): void {
  const { bytes, end } = scan
  const empty = scan.at
  scan.nodeEnd = empty
  scan.at = skipBlanks(bytes, empty, end)
  const properties = isProperty(bytes[scan.at]) ? scanProperties(scan) : undefined
  if (!isRestBlank(scan)) {
    scanInline(scan, column, depth, properties)
    return
  }
  const from = scan.nodeEnd
  advance(scan)
  // A sequence may stand as far left as the key that it belongs to.
  if (scan.column > column || (scan.column === column && isItem(scan))) {
    scanBelow(scan, column, depth, properties)
  } else writeEmpty(scan, properties, from)
}

/** A node on the lines below its key or dash. */
function scanBelow(scan: Scan, parent: number, depth: number, properties: Properties | undefined): void {
  openProperties(scan, properties)
  scanNode(scan, parent, depth + 1)
  closeProperties(scan, properties)
}

function scanSequence(scan: Scan, depth: number): void {
  const { bytes, end, tape } = scan
  const column = scan.column
  const record = write(tape, SEQUENCE | BLOCK, scan.at, 0, 0)
  do {
    scan.at += 1
    scan.nodeEnd = scan.at
    scan.at = skipSpaces(bytes, scan.at, end)
    scanItem(scan, column, depth)
  } while (scan.column === column && isItem(scan))
  if (scan.column > column) giveUp()
  close(tape, record, scan.nodeEnd)
}

/** An item of a sequence in this column. `at` stands behind the spaces after its dash. */
function scanItem(scan: Scan, column: number, depth: number): void {
  const { bytes } = scan
  const properties = isProperty(bytes[scan.at]) ? scanProperties(scan) : undefined
  if (isRestBlank(scan)) {
    const from = scan.nodeEnd
    advance(scan)
    if (scan.column > column) scanBelow(scan, column, depth, properties)
    else writeEmpty(scan, properties, from)
  } else if (properties !== undefined) scanInline(scan, column, depth, properties)
  else {
    // Tabs behind the dash would be indentation.
    if (isBlank(bytes[scan.at])) giveUp()
    scan.column = scan.at - scan.lineStart
    scanNode(scan, column, depth + 1)
  }
}

/** A value on the line of its key or dash, behind its properties: no block collection. */
function scanInline(scan: Scan, parent: number, depth: number, properties: Properties | undefined): void {
  if (isItem(scan)) giveUp()
  if (properties !== undefined) {
    const byte = scan.bytes[scan.at]
    if (byte === ASTERISK || isProperty(byte)) giveUp()
  }
  openProperties(scan, properties)
  scanValue(scan, parent, depth)
  closeProperties(scan, properties)
}

/** A scalar, an alias or a flow collection, up to the contents after it. */
function scanValue(scan: Scan, parent: number, depth: number): void {
  const { bytes, end, at } = scan
  const byte = bytes[at]
  if (byte === QUOTE || byte === APOSTROPHE) scanQuoted(scan)
  else if (byte === BRACE || byte === BRACKET) scanFlow(scan, parent, depth + 1)
  else if (byte === ASTERISK) scanAlias(scan)
  else if (byte === PIPE || byte === GREATER) {
    scanBlockScalar(scan, parent)
    scan.comment = false
    findContents(scan)
    return
  } else if (isIndicator(byte) && !startsPlain(bytes, at, end)) giveUp()
  else {
    scanPlain(scan, parent)
    return
  }
  advance(scan)
}

/** A plain scalar, over as many lines as it has, up to the contents after it. */
function scanPlain(scan: Scan, parent: number): void {
  const { bytes, end, tape } = scan
  const start = scan.at
  const record = write(tape, SCALAR | PLAIN, start, start, 0)
  let lines = 0
  let to: number
  do {
    const stop = findPlainEnd(bytes, scan.at, end)
    if (stop < end && bytes[stop] === COLON) giveUp()
    to = trimBlanks(bytes, scan.at, stop)
    scan.at = to
    scan.nodeEnd = to
    advance(scan)
    lines += 1
  } while (scan.column > parent && !scan.comment)
  tape.records[record + 2] = to
  if (lines > 1) tape.records[record] = SCALAR | PLAIN | LINES
}

function writeEmpty(scan: Scan, properties: Properties | undefined, at: number): void {
  openProperties(scan, properties)
  write(scan.tape, SCALAR | PLAIN, at, at, 0)
  scan.nodeEnd = at
  closeProperties(scan, properties)
}

function isProperty(byte: number | undefined): boolean {
  return byte === AMPERSAND || byte === EXCLAMATION
}
