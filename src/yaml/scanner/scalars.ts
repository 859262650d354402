import { BACKSLASH, DASH, DOUBLE_QUOTE, HASH, isBlank, PIPE, TAB } from '../bytes.ts'
import { hasBom } from '../source.ts'
import {
  findLineEnd,
  findQuotedStop,
  skipBlanks,
  skipHexDigits,
  skipLineBreak,
  skipSpaces,
} from './byte-search.ts'
import { bailOut, type Scan } from './scan.ts'
import {
  DOUBLE_QUOTED,
  FOLDED,
  HAS_ESCAPES,
  IS_MULTILINE,
  LITERAL,
  SCALAR,
  SINGLE_QUOTED,
  writeRecord,
} from './tape.ts'

/**
 * Scans a scalar in single or double quotes and writes its record. Moves the scan from the first quote to just after the
 * last one; does not set its column. Later lines of the scalar may start in any column, as in Kubernetes' reader (see
 * `allowUnindentedQuotes`). Bails out if the last quote is missing, and at control characters and unsupported escapes.
 */
export function scanQuoted(scan: Scan): void {
  const { bytes, end } = scan
  const start = scan.at
  const quote = bytes[start] as number
  let flags = 0
  let at = start + 1
  while (true) {
    at = findQuotedStop(bytes, at, end)
    if (at >= end) bailOut()
    const byte = bytes[at]
    if (byte === quote) {
      if (quote === DOUBLE_QUOTE || bytes[at + 1] !== quote || at + 1 >= end) break
      flags |= HAS_ESCAPES
      at += 2
    } else if (byte === BACKSLASH) {
      if (quote === DOUBLE_QUOTE) {
        flags |= HAS_ESCAPES
        at = afterEscape(bytes, at + 1, end)
      } else at += 1
    } else if (byte === 0x22 || byte === 0x27) at += 1
    else {
      flags |= IS_MULTILINE
      at = nextLine(scan, at)
    }
  }
  scan.at = at + 1
  scan.nodeEnd = at + 1
  writeRecord(
    scan.tape,
    SCALAR | (quote === DOUBLE_QUOTE ? DOUBLE_QUOTED : SINGLE_QUOTED) | flags,
    start,
    at + 1,
    0,
  )
}

/** @returns the offset of the first text on a later line of the scalar */
function nextLine(scan: Scan, from: number): number {
  const { bytes, end } = scan
  let at = skipLineBreak(bytes, from, end)
  while (true) {
    if (at === -1 || at >= end) bailOut()
    const text = skipSpaces(bytes, at, end)
    const next = skipLineBreak(bytes, text, end)
    if (next === -1) {
      if (hasBom(bytes, text)) bailOut()
      scan.lineStart = at
      return text
    }
    at = next
  }
}

/** Escapes of one character (YAML 1.2.2, rule 62 `c-ns-esc-char`). */
const SHORT_ESCAPES = new Set([...'0abtnvfre "/\\N_LP\t'].map((character) => character.charCodeAt(0)))

function afterEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) bailOut()
  const byte = bytes[at] as number
  if (SHORT_ESCAPES.has(byte)) return at + 1
  // The caller skips an escaped line break. Readers disagree about a blank line after it.
  const next = skipLineBreak(bytes, at, end)
  if (next !== -1) return skipLineBreak(bytes, skipBlanks(bytes, next, end), end) === -1 ? at : bailOut()
  const digits = byte === 0x78 ? 2 : byte === 0x75 ? 4 : bailOut()
  const after = skipHexDigits(bytes, at + 1, digits, end)
  return after === -1 ? bailOut() : after
}

/**
 * Finds the colon after a quoted scalar on one line, which makes it a key. Only looks ahead: does not move the scan, and does
 * not check escapes or what follows the colon.
 * @param from the byte offset of the first quote
 * @returns the byte offset of the colon, after white space if any; -1 if there is none, or the scalar is on several lines
 */
export function findColonAfterQuotedKey(scan: Scan, from: number): number {
  const { bytes, end } = scan
  const quote = bytes[from] as number
  let at = from + 1
  while (true) {
    at = findQuotedStop(bytes, at, end)
    if (at >= end) return -1
    const byte = bytes[at]
    if (byte === quote && (quote === DOUBLE_QUOTE || bytes[at + 1] !== quote)) break
    if (byte !== 0x22 && byte !== 0x27 && byte !== BACKSLASH) return -1
    const isPair = byte === quote || (byte === BACKSLASH && quote === DOUBLE_QUOTE)
    // A key with an escaped line break is on two lines.
    if (isPair && (bytes[at + 1] as number) < 0x20) return -1
    at += isPair ? 2 : 1
  }
  at += 1
  while (at < end && isBlank(bytes[at])) at += 1
  return bytes[at] === 0x3a && at < end ? at : -1
}

const PLUS = 0x2b

interface Header {
  /** The start of the line after the header. */
  readonly body: number
  /** The indentation indicator; 0 if there is none. */
  readonly indent: number
  readonly keep: boolean
}

/**
 * Scans a literal (`|`) or folded (`>`) scalar and writes its record. Moves the scan to the start of the line after its last
 * text or, with `+`, after the blank lines that this keeps; does not set its column. Bails out at a scalar without text, unless
 * the next line ends it, and at white space in blank lines that readers may take for text.
 * @param parentColumn the column of the mapping or sequence around it; bails out if it is -1, at the root
 */
export function scanBlockScalar(scan: Scan, parentColumn: number): void {
  const { bytes } = scan
  const start = scan.at
  const { body, indent, keep } = scanHeader(scan)
  // Indentation at the root is not supported.
  if (parentColumn < 0) bailOut()
  const isEmpty = indent === 0 && !keep && isEndedBy(scan, body, parentColumn)
  const depth = isEmpty ? parentColumn + 1 : indent > 0 ? parentColumn + indent : findIndent(scan, body)
  if (depth <= parentColumn) bailOut()
  const textEnd = isEmpty ? body : scanLines(scan, body, depth)
  if (textEnd === body && !isEmpty) bailOut()
  const end = keep ? afterBlankLines(scan, textEnd) : textEnd
  const style = bytes[start] === PIPE ? LITERAL : FOLDED
  writeRecord(scan.tape, SCALAR | style, start, end, depth)
  scan.nodeEnd = end
  scan.at = end
  scan.lineStart = end
}

function scanHeader(scan: Scan): Header {
  const { bytes, end } = scan
  let at = scan.at + 1
  let indent = 0
  let chomping = 0
  for (; at < end; at += 1) {
    const byte = bytes[at] as number
    if ((byte === DASH || byte === PLUS) && chomping === 0) chomping = byte
    else if (byte >= 0x31 && byte <= 0x39 && indent === 0) indent = byte - 0x30
    else break
  }
  const rest = skipBlanks(bytes, at, end)
  const comment = bytes[rest] === HASH && rest > at && rest < end
  const body = skipLineBreak(bytes, comment ? findLineEnd(bytes, rest, end) : rest, end)
  if (body === -1 || body >= end) bailOut()
  return { body, indent, keep: chomping === PLUS }
}

/** Whether the first line after a header is not indented more than the collection around it: `key: |` has no text then. */
function isEndedBy({ bytes, end }: Scan, body: number, parentColumn: number): boolean {
  const text = skipSpaces(bytes, body, end)
  return text - body <= parentColumn && bytes[text] !== TAB && skipLineBreak(bytes, text, end) === -1
}

/** @returns the indentation of the first line of text; bails out if a blank line before it is longer */
function findIndent({ bytes, end }: Scan, body: number): number {
  let at = body
  let longest = 0
  while (at < end) {
    const text = skipSpaces(bytes, at, end)
    const next = skipLineBreak(bytes, text, end)
    if (next === -1) return longest > text - at ? bailOut() : text - at
    longest = Math.max(longest, text - at)
    at = next
  }
  return bailOut()
}

/** @returns the offset after the last line with text; `body` if there is none */
function scanLines({ bytes, end }: Scan, body: number, depth: number): number {
  let textEnd = body
  let at = body
  // A blank line that is longer than the indentation is text; it is supported only if more text follows.
  let long = false
  while (at < end) {
    const text = skipSpaces(bytes, at, end)
    const blank = skipLineBreak(bytes, text, end)
    if (blank !== -1) {
      if (text - at > depth || (text > at && text >= end)) long = true
      at = blank
    } else {
      if (text - at < depth) {
        if (bytes[text] === TAB) bailOut()
        break
      }
      at = skipLineBreak(bytes, findLineEnd(bytes, text, end), end)
      if (at === -1) bailOut()
      textEnd = at
      long = false
    }
  }
  return long ? bailOut() : textEnd
}

/** @returns the offset after the blank lines that `+` keeps; bails out if a line has white space, which may be text */
function afterBlankLines({ bytes, end }: Scan, from: number): number {
  let at = from
  while (at < end) {
    if (isBlank(bytes[at])) {
      if (skipLineBreak(bytes, skipBlanks(bytes, at, end), end) !== -1) bailOut()
      return at
    }
    const next = skipLineBreak(bytes, at, end)
    if (next === -1) return at
    at = next
  }
  return at
}
