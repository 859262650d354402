import {
  ANCHOR_NAME,
  BRACE_END,
  BRACE_START,
  BRACKET_END,
  BRACKET_START,
  BYTE_CLASSES,
  COLON,
  COMMA,
  CR,
  DASH,
  FLOW_STOP,
  HASH,
  INDICATOR,
  isBlank,
  JSON_STOP,
  LF,
  LINE_STOP,
  PLAIN_START,
  PLAIN_STOP,
  QUESTION,
  QUOTED_STOP,
  SPACE,
  TAB,
} from '../bytes.ts'

/**
 * Searches in bytes. The functions are small on purpose: V8's mid-tier compilers do badly on one large function with all these
 * loops (measured: 10 % of a whole run). `end` is always the end of the range to search.
 */

/** Whether a byte cannot start a plain scalar, whatever follows it. */
export function isIndicator(byte: number | undefined): boolean {
  return ((BYTE_CLASSES[byte as number] as number) & INDICATOR) !== 0
}

/** Whether a plain scalar in block context starts at an offset. `-`, `?` and `:` are indicators only before white space. */
export function startsPlain(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false
  const byte = bytes[at] as number
  if (((BYTE_CLASSES[byte] as number) & PLAIN_START) !== 0) return true
  return (byte === DASH || byte === QUESTION || byte === COLON) && !isBlankAt(bytes, at + 1, end)
}

/** Whether white space, a line break or the end is at an offset, as is required after an indicator. */
export function isBlankAt(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return byte === SPACE || byte === LF || byte === CR || byte === TAB
}

/** @returns the offset after spaces */
export function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] === SPACE) at += 1
  return at
}

/** @returns the offset after spaces and tabs */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1
  return at
}

/** @returns the offset of the first line break or control character; `end` if there is none */
export function findLineEnd(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end && ((classes[bytes[at] as number] as number) & LINE_STOP) === 0) at += 1
  return at
}

/** @returns the offset after the line break at an offset; -1 if there is none. The end counts as a line break. */
export function skipLineBreak(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return end
  if (bytes[at] === LF) return at + 1
  return bytes[at] === CR && bytes[at + 1] === LF && at + 1 < end ? at + 2 : -1
}

/** @returns the end of a plain scalar in block context: `: `, ` #`, a line break, a control character or `end` */
export function findPlainEnd(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end) {
    const byte = bytes[at] as number
    if (((classes[byte] as number) & PLAIN_STOP) !== 0) {
      if (byte === COLON) {
        if (isBlankAt(bytes, at + 1, end)) return at
      } else if (byte !== HASH || isBlank(bytes[at - 1])) return at
    }
    at += 1
  }
  return at
}

/** @returns the end of a plain scalar in a flow collection, whose indicators end it too */
export function findFlowPlainEnd(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end) {
    const byte = bytes[at] as number
    if (((classes[byte] as number) & FLOW_STOP) !== 0) {
      if (byte === COLON) {
        if (isBlankAt(bytes, at + 1, end) || isFlowIndicator(bytes[at + 1])) return at
      } else if (byte !== HASH || isBlank(bytes[at - 1])) return at
    }
    at += 1
  }
  return at
}

/** Whether a byte is a comma, bracket or brace. */
export function isFlowIndicator(byte: number | undefined): boolean {
  return (
    byte === COMMA ||
    byte === BRACKET_START ||
    byte === BRACKET_END ||
    byte === BRACE_START ||
    byte === BRACE_END
  )
}

/** @returns the offset of the first quote, backslash, line break or control character */
export function findQuotedStop(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end && ((classes[bytes[at] as number] as number) & QUOTED_STOP) === 0) at += 1
  return at
}

/** @returns the offset of the first double quote, backslash or control character, including tabs */
export function findJsonStringStop(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end && ((classes[bytes[at] as number] as number) & JSON_STOP) === 0) at += 1
  return at
}

/** @returns the offset after `count` hexadecimal digits; -1 if there are fewer */
export function skipHexDigits(bytes: Uint8Array, from: number, count: number, end: number): number {
  if (from + count > end) return -1
  for (let at = from; at < from + count; at += 1) if (!isHex(bytes[at] as number)) return -1
  return from + count
}

function isHex(byte: number): boolean {
  const letter = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66)
}

/** @returns the offset after decimal digits */
export function skipDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at += 1
  return at
}

/** @returns the offset after the characters of an anchor's name */
export function skipAnchorName(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && ((BYTE_CLASSES[bytes[at] as number] as number) & ANCHOR_NAME) !== 0) at += 1
  return at
}

/** @returns the end of a range without white space at its end */
export function trimBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = end
  while (at > from && isBlank(bytes[at - 1])) at -= 1
  return at
}
