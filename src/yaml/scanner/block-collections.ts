import {
  AMPERSAND,
  ASTERISK,
  BRACE_START,
  BRACKET_START,
  COLON,
  DASH,
  EXCLAMATION,
  GREATER_THAN,
  isBlank,
  isQuote,
  PIPE,
  SPACE,
} from '../bytes.ts'
import { findPlainEnd, isBlankAt, skipBlanks, skipSpaces, startsPlain, trimBlanks } from './byte-search.ts'
import { scanFlow } from './flow-collections.ts'
import { beginNode, endNode, type ScannedProperties, scanAlias, scanProperties } from './properties.ts'
import { findColonAfterQuotedKey, scanBlockScalar, scanQuoted } from './scalars.ts'
import {
  bailOut,
  isRestOfLineBlank,
  isStringKey,
  MAX_KEY_BYTES,
  MAX_SCAN_DEPTH,
  type Scan,
  skipBlankLines,
  skipToNextContent,
} from './scan.ts'
import {
  BLOCK,
  closeCollection,
  IS_MULTILINE,
  MAPPING,
  PLAIN,
  SCALAR,
  SEQUENCE,
  writeRecord,
} from './tape.ts'

/**
 * Scans a node of any kind that is not within brackets or braces (YAML 1.2.2, chapter 8), with everything in it, and writes
 * its records. The scan must be at the node's first byte, after its anchor and tag, and `scan.column` must be its column.
 * Moves the scan to the next text after the node that is not a comment, and sets its column; -1 at the end of the document.
 * Bails out at anything that is invalid or unsupported. The caller checks the column of the text after the node.
 * @param parentColumn the column of the block mapping or sequence around the node; -1 for a root node
 * @param depth how deep the node is nested, 0 for a root node; bails out if it is more than `MAX_SCAN_DEPTH`
 */
export function scanNode(scan: Scan, parentColumn: number, depth: number): void {
  if (depth > MAX_SCAN_DEPTH) bailOut()
  if (depth > scan.deepest) scan.deepest = depth
  const { bytes, end, at } = scan
  if (startsPlain(bytes, at, end)) {
    const stop = findPlainEnd(bytes, at, end)
    if (stop < end && bytes[stop] === COLON) scanMapping(scan, stop, depth)
    else scanPlain(scan, stop, parentColumn)
  } else if (bytes[at] === DASH) scanSequence(scan, depth)
  else {
    const colon = isQuote(bytes[at]) ? findColonAfterQuotedKey(scan, at) : -1
    if (colon === -1) scanValue(scan, parentColumn, depth)
    else scanMapping(scan, colon, depth)
  }
}

/** @param firstColon the offset of the colon after the first key */
function scanMapping(scan: Scan, firstColon: number, depth: number): void {
  const { tape } = scan
  const column = scan.column
  const record = writeRecord(tape, MAPPING | BLOCK, scan.at, 0, 0)
  let colon = firstColon
  while (true) {
    scanKey(scan, colon)
    scanEntryValue(scan, column, depth)
    if (scan.column !== column) break
    colon = findKeyColon(scan)
  }
  if (scan.column > column) bailOut()
  closeCollection(tape, record, scan.nodeEnd)
}

/** @returns the offset of the colon after the next key */
function findKeyColon(scan: Scan): number {
  const { bytes, end, at } = scan
  if (startsPlain(bytes, at, end)) {
    const stop = findPlainEnd(bytes, at, end)
    return stop < end && bytes[stop] === COLON ? stop : bailOut()
  }
  const colon = isQuote(bytes[at]) ? findColonAfterQuotedKey(scan, at) : -1
  return colon === -1 ? bailOut() : colon
}

/** Scans a key and its colon. */
function scanKey(scan: Scan, colon: number): void {
  const { bytes, end, at: start } = scan
  if (colon - start > MAX_KEY_BYTES) bailOut()
  if (isQuote(bytes[start])) {
    if (!isBlankAt(bytes, colon + 1, end)) bailOut()
    scanQuoted(scan)
    if (skipBlanks(bytes, scan.at, end) !== colon) bailOut()
  } else {
    const stop = trimBlanks(bytes, start, colon)
    if (!isStringKey(bytes, start, stop)) scan.hasNonStringKey = true
    writeRecord(scan.tape, SCALAR | PLAIN, start, stop, 0)
  }
  scan.at = colon + 1
}

/** Scans the value of an entry, from the colon on. @param column that of the mapping */
function scanEntryValue(scan: Scan, column: number, depth: number): void {
  const { bytes, end, at: empty } = scan
  if (bytes[empty] === SPACE && startsPlain(bytes, empty + 1, end)) {
    scan.at = empty + 1
    scanPlain(scan, findPlainEnd(bytes, empty + 1, end), column)
    return
  }
  scan.nodeEnd = empty
  scan.at = skipBlanks(bytes, empty, end)
  const properties = isProperty(bytes[scan.at]) ? scanProperties(scan) : undefined
  if (!isRestOfLineBlank(scan)) {
    scanOnSameLine(scan, column, depth, properties)
    return
  }
  const from = scan.nodeEnd
  skipToNextContent(scan)
  // A sequence may start in the column of its key.
  if (scan.column > column || (scan.column === column && isItem(scan))) {
    scanOnLaterLine(scan, column, depth, properties)
  } else writeEmpty(scan, properties, from)
}

/** Scans a node that starts on a line after its key or dash. */
function scanOnLaterLine(
  scan: Scan,
  parentColumn: number,
  depth: number,
  properties: ScannedProperties | undefined,
): void {
  if (properties === undefined) scanNode(scan, parentColumn, depth + 1)
  else {
    // An alias has no properties; as the first key of a mapping it may follow them, which the reference reader judges.
    if (scan.bytes[scan.at] === ASTERISK) bailOut()
    beginNode(scan, properties)
    scanNode(scan, parentColumn, depth + 1)
    endNode(scan, properties)
  }
}

function scanSequence(scan: Scan, depth: number): void {
  const { bytes, end, tape } = scan
  const column = scan.column
  const record = writeRecord(tape, SEQUENCE | BLOCK, scan.at, 0, 0)
  do {
    scan.at += 1
    scan.nodeEnd = scan.at
    scan.at = skipSpaces(bytes, scan.at, end)
    scanItem(scan, column, depth)
  } while (scan.column === column && isItem(scan))
  if (scan.column > column) bailOut()
  closeCollection(tape, record, scan.nodeEnd)
}

/** Scans an item, from the spaces after its dash on. @param column that of the sequence */
function scanItem(scan: Scan, column: number, depth: number): void {
  const { bytes } = scan
  const properties = isProperty(bytes[scan.at]) ? scanProperties(scan) : undefined
  if (isRestOfLineBlank(scan)) {
    const from = scan.nodeEnd
    skipToNextContent(scan)
    if (scan.column > column) scanOnLaterLine(scan, column, depth, properties)
    else writeEmpty(scan, properties, from)
  } else if (properties !== undefined) scanOnSameLine(scan, column, depth, properties)
  else {
    // A tab after the dash would be indentation.
    if (isBlank(bytes[scan.at])) bailOut()
    scan.column = scan.at - scan.lineStart
    scanNode(scan, column, depth + 1)
  }
}

/** Whether the scan is at the `-` of an item. */
function isItem({ bytes, end, at }: Scan): boolean {
  return bytes[at] === DASH && isBlankAt(bytes, at + 1, end)
}

/** Scans a value on the line of its key or dash, after its properties. It cannot be a block collection. */
function scanOnSameLine(
  scan: Scan,
  parentColumn: number,
  depth: number,
  properties: ScannedProperties | undefined,
): void {
  if (properties === undefined) scanValue(scan, parentColumn, depth)
  else {
    const byte = scan.bytes[scan.at]
    if (byte === ASTERISK || isProperty(byte)) bailOut()
    beginNode(scan, properties)
    scanValue(scan, parentColumn, depth)
    endNode(scan, properties)
  }
}

/** Scans a scalar, an alias or a flow collection, and goes to the next contents. */
function scanValue(scan: Scan, parentColumn: number, depth: number): void {
  const { bytes, end, at } = scan
  const byte = bytes[at]
  if (isQuote(byte)) scanQuoted(scan)
  else if (byte === BRACE_START || byte === BRACKET_START) scanFlow(scan, parentColumn, depth + 1)
  else if (byte === ASTERISK) scanAlias(scan, depth)
  else if (byte === PIPE || byte === GREATER_THAN) {
    scanBlockScalar(scan, parentColumn)
    scan.hasSkippedComment = false
    skipBlankLines(scan)
    return
  } else if (startsPlain(bytes, at, end)) {
    scanPlain(scan, findPlainEnd(bytes, at, end), parentColumn)
    return
  } else bailOut()
  skipToNextContent(scan)
}

/**
 * Scans a plain scalar on one or more lines, and goes to the next contents.
 * @param firstStop where it ends on its first line
 */
function scanPlain(scan: Scan, firstStop: number, parentColumn: number): void {
  const { bytes, end, tape } = scan
  const record = writeRecord(tape, SCALAR | PLAIN, scan.at, 0, 0)
  let head = SCALAR | PLAIN
  let stop = firstStop
  while (true) {
    if (stop < end && bytes[stop] === COLON) bailOut()
    scan.nodeEnd = trimBlanks(bytes, scan.at, stop)
    scan.at = stop
    skipToNextContent(scan)
    if (scan.column <= parentColumn || scan.hasSkippedComment) break
    head = SCALAR | PLAIN | IS_MULTILINE
    stop = findPlainEnd(bytes, scan.at, end)
  }
  tape.records[record] = head
  tape.records[record + 2] = scan.nodeEnd
}

function writeEmpty(scan: Scan, properties: ScannedProperties | undefined, at: number): void {
  beginNode(scan, properties)
  writeRecord(scan.tape, SCALAR | PLAIN, at, at, 0)
  scan.nodeEnd = at
  endNode(scan, properties)
}

function isProperty(byte: number | undefined): boolean {
  return byte === AMPERSAND || byte === EXCLAMATION
}
