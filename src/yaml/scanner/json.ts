import {
  BACKSLASH,
  BRACE_END,
  BRACE_START,
  BRACKET_END,
  BRACKET_START,
  COLON,
  COMMA,
  CR,
  DASH,
  DOT,
  DOUBLE_QUOTE,
  LF,
  SPACE,
  TAB,
} from '../bytes.ts'
import { findJsonStringStop, skipDigits, skipHexDigits } from './byte-search.ts'
import { bailOut, createScan, MAX_KEY_BYTES, MAX_SCAN_DEPTH, type Scan, UNSUPPORTED } from './scan.ts'
import {
  closeCollection,
  createTape,
  DOUBLE_QUOTED,
  FLOW,
  HAS_ESCAPES,
  MAPPING,
  PLAIN,
  SCALAR,
  SEQUENCE,
  writeRecord,
} from './tape.ts'

/**
 * Prepares to find where JSON objects end.
 * @param bytes the bytes of the whole source
 * @returns a function from the byte offset at which an object starts to that just after it; -1 if there is no JSON
 *   object, or one that `scanJson` does not support
 */
export function createObjectFinder(bytes: Uint8Array): (start: number) => number {
  const scan = createScan(bytes, 0, bytes.length, createTape(0))
  return (start) => {
    scan.tape.length = 0
    scan.at = start
    return bytes[start] === BRACE_START && scanJson(scan) ? scan.at : -1
  }
}

/**
 * Scans a JSON object or array (RFC 8259) and writes the same records as `scanFlow`, but faster: JSON has no comments,
 * no indentation and one kind of string. The scan must be at a brace or bracket. Moves it to just after the last one, but
 * does not set its line and column.
 * @returns false if it is not JSON, is nested deeper than `MAX_SCAN_DEPTH`, or has a key longer than `MAX_KEY_BYTES`, white
 *   space between a key and its colon, or a carriage return alone; the scan is then back at its start, without new records
 */
export function scanJson(scan: Scan): boolean {
  const { at, tape } = scan
  const { length } = tape
  try {
    if (scan.bytes[at] === BRACE_START) scanObject(scan, 1)
    else scanArray(scan, 1)
    return true
  } catch (error) {
    if (error !== UNSUPPORTED) throw error
    scan.at = at
    tape.length = length
    return false
  }
}

function scanObject(scan: Scan, depth: number): void {
  if (depth > MAX_SCAN_DEPTH) bailOut()
  const record = writeRecord(scan.tape, MAPPING | FLOW, scan.at, 0, 0)
  scan.at += 1
  let byte = nextByte(scan)
  if (byte !== BRACE_END) {
    while (true) {
      if (byte !== DOUBLE_QUOTE) bailOut()
      scanKey(scan)
      scanValue(scan, nextByte(scan), depth)
      byte = nextByte(scan)
      if (byte !== COMMA) break
      scan.at += 1
      byte = nextByte(scan)
    }
    if (byte !== BRACE_END) bailOut()
  }
  finish(scan, record)
}

function scanArray(scan: Scan, depth: number): void {
  if (depth > MAX_SCAN_DEPTH) bailOut()
  const record = writeRecord(scan.tape, SEQUENCE | FLOW, scan.at, 0, 0)
  scan.at += 1
  let byte = nextByte(scan)
  if (byte !== BRACKET_END) {
    while (true) {
      scanValue(scan, byte, depth)
      byte = nextByte(scan)
      if (byte !== COMMA) break
      scan.at += 1
      byte = nextByte(scan)
    }
    if (byte !== BRACKET_END) bailOut()
  }
  finish(scan, record)
}

function finish(scan: Scan, record: number): void {
  scan.at += 1
  scan.nodeEnd = scan.at
  closeCollection(scan.tape, record, scan.at)
}

/** Bails out at white space between a key and its colon: it is valid JSON, but YAML readers disagree about it. */
function scanKey(scan: Scan): void {
  const start = scan.at
  scanString(scan)
  const { at } = scan
  if (at >= scan.end || scan.bytes[at] !== COLON || at - start > MAX_KEY_BYTES) bailOut()
  scan.at = at + 1
}

function scanValue(scan: Scan, byte: number, depth: number): void {
  if (byte === DOUBLE_QUOTE) scanString(scan)
  else if (byte === BRACE_START) scanObject(scan, depth + 1)
  else if (byte === BRACKET_START) scanArray(scan, depth + 1)
  else scanLiteral(scan, byte)
}

function scanString(scan: Scan): void {
  const { bytes, end, at: start } = scan
  let head = SCALAR | DOUBLE_QUOTED
  let at = findJsonStringStop(bytes, start + 1, end)
  while (at < end && bytes[at] === BACKSLASH) {
    head |= HAS_ESCAPES
    at = findJsonStringStop(bytes, afterEscape(bytes, at + 1, end), end)
  }
  if (at >= end || bytes[at] !== DOUBLE_QUOTE) bailOut()
  scan.at = at + 1
  writeRecord(scan.tape, head, start, at + 1, 0)
}

const SHORT_ESCAPES = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)))
const LOWER_U = 0x75

function afterEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) bailOut()
  const byte = bytes[at] as number
  if (SHORT_ESCAPES.has(byte)) return at + 1
  const next = byte === LOWER_U ? skipHexDigits(bytes, at + 1, 4, end) : -1
  return next === -1 ? bailOut() : next
}

/** A number, `true`, `false` or `null`. */
function scanLiteral(scan: Scan, byte: number): void {
  const { bytes, end, at: start } = scan
  let at: number
  if (byte === 0x74) at = afterWord(bytes, start, end, TRUE)
  else if (byte === 0x66) at = afterWord(bytes, start, end, FALSE)
  else if (byte === 0x6e) at = afterWord(bytes, start, end, NULL)
  else at = afterNumber(bytes, start, end)
  scan.at = at
  writeRecord(scan.tape, SCALAR | PLAIN, start, at, 0)
}

const TRUE = bytesOf('true')
const FALSE = bytesOf('false')
const NULL = bytesOf('null')

function bytesOf(word: string): Uint8Array {
  return Uint8Array.from(word, (character) => character.charCodeAt(0))
}

function afterWord(bytes: Uint8Array, from: number, end: number, word: Uint8Array): number {
  if (from + word.length > end) bailOut()
  for (let i = 0; i < word.length; i += 1) if (bytes[from + i] !== word[i]) bailOut()
  return from + word.length
}

const ZERO = 0x30
const PLUS = 0x2b
const LOWER_E = 0x65

function afterNumber(bytes: Uint8Array, from: number, end: number): number {
  const whole = bytes[from] === DASH ? from + 1 : from
  let at = afterDigits(bytes, whole, end)
  if (bytes[whole] === ZERO && at > whole + 1) bailOut()
  if (at < end && bytes[at] === DOT) at = afterDigits(bytes, at + 1, end)
  if (at < end && ((bytes[at] as number) | 0x20) === LOWER_E) {
    const sign = bytes[at + 1]
    at = afterDigits(bytes, sign === PLUS || sign === DASH ? at + 2 : at + 1, end)
  }
  return at
}

function afterDigits(bytes: Uint8Array, from: number, end: number): number {
  const at = skipDigits(bytes, from, end)
  return at === from ? bailOut() : at
}

/** Skips white space. A lone carriage return, which is white space only in JSON, is not supported. @returns the next byte */
function nextByte(scan: Scan): number {
  const { bytes, end } = scan
  let { at } = scan
  while (at < end) {
    const byte = bytes[at] as number
    if (byte > SPACE) {
      scan.at = at
      return byte
    }
    if (byte !== SPACE && byte !== LF && byte !== TAB && (byte !== CR || bytes[at + 1] !== LF)) bailOut()
    at += 1
  }
  return bailOut()
}
