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
 * Searches in bytes. `from` or `at` is the byte offset at which a search starts, and `end` the offset at which it ends.
 *
 * The functions are small on purpose: V8's mid-tier compilers do badly on one large function with all these loops (measured:
 * 10 % of a whole run).
 */

/**
 * Whether a byte is an indicator, space or tab: it cannot start a plain scalar, or only if the next byte allows it (`-`, `?`
 * and `:`). False for line breaks and control characters, which cannot start one either, and for undefined.
 */
export function isIndicator(byte: number | undefined): boolean {
  return ((BYTE_CLASSES[byte as number] as number) & INDICATOR) !== 0
}

/**
 * Whether the byte at an offset can start a plain scalar in block context. `-`, `?` and `:` start one unless white space, a
 * line break or `end` follows. False at `end`.
 */
export function startsPlain(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false
  const byte = bytes[at] as number
  if (((BYTE_CLASSES[byte] as number) & PLAIN_START) !== 0) return true
  return (byte === DASH || byte === QUESTION || byte === COLON) && !isBlankAt(bytes, at + 1, end)
}

/**
 * Whether a space, a tab, a line feed, a carriage return or the end of the range is at an offset, as YAML requires after
 * `-`, `?` and `:`.
 */
export function isBlankAt(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return byte === SPACE || byte === LF || byte === CR || byte === TAB
}

/**
 * Skips spaces, but not tabs.
 * @returns the offset of the first byte that is not a space, or `end`
 */
export function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] === SPACE) at += 1
  return at
}

/**
 * Skips spaces and tabs.
 * @returns the offset of the first byte that is neither, or `end`
 */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1
  return at
}

/**
 * Finds the end of a line.
 * @returns the offset of the first line break or control character other than a tab; `end` if there is none
 */
export function findLineEnd(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end && ((classes[bytes[at] as number] as number) & LINE_STOP) === 0) at += 1
  return at
}

/**
 * Skips one line break: a line feed, with or without a carriage return before it. The end of the range counts as one.
 * @returns the offset just after it; -1 if there is no line break at `at`, or a carriage return alone
 */
export function skipLineBreak(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return end
  if (bytes[at] === LF) return at + 1
  return bytes[at] === CR && bytes[at + 1] === LF && at + 1 < end ? at + 2 : -1
}

/**
 * Finds the end of a plain scalar in block context, on its line.
 * @returns the offset of the first colon before white space, a line break or `end`, `#` after a space or tab (which may be at
 *   `from - 1`), line break or control character other than a tab; else `end`. White space before it is not excluded.
 */
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

/**
 * Finds the end of a plain scalar in a flow collection, on its line.
 * @returns the offset of the first byte at which `findPlainEnd` would stop, comma, bracket, brace, question mark, or colon
 *   before a comma, bracket or brace; else `end`
 */
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

/**
 * Finds the next byte of a quoted scalar that is not ordinary text.
 * @returns the offset of the first quote of either kind, backslash, line break or control character other than a tab, or
 *   `end`
 */
export function findQuotedStop(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end && ((classes[bytes[at] as number] as number) & QUOTED_STOP) === 0) at += 1
  return at
}

/**
 * Finds the next byte of a JSON string that is not ordinary text.
 * @returns the offset of the first double quote, backslash or control character, including tabs, or `end`
 */
export function findJsonStringStop(bytes: Uint8Array, from: number, end: number): number {
  const classes = BYTE_CLASSES
  let at = from
  while (at < end && ((classes[bytes[at] as number] as number) & JSON_STOP) === 0) at += 1
  return at
}

/**
 * Skips a fixed number of hexadecimal digits.
 * @param count the number of digits
 * @returns the offset just after them; -1 if there are fewer
 */
export function skipHexDigits(bytes: Uint8Array, from: number, count: number, end: number): number {
  if (from + count > end) return -1
  for (let at = from; at < from + count; at += 1) if (!isHex(bytes[at] as number)) return -1
  return from + count
}

function isHex(byte: number): boolean {
  const letter = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66)
}

/**
 * Skips decimal digits.
 * @returns the offset of the first byte that is not a digit, or `end`
 */
export function skipDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at += 1
  return at
}

/**
 * Skips the name of an anchor or alias, after its `&` or `*`.
 * @returns the offset of the first byte that is not an ASCII letter, a digit, `_`, `-` or `.`, or `end`
 */
export function skipAnchorName(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && ((BYTE_CLASSES[bytes[at] as number] as number) & ANCHOR_NAME) !== 0) at += 1
  return at
}

/**
 * Excludes spaces and tabs at the end of a range.
 * @returns the offset just after the last other byte; `from` if there is none
 */
export function trimBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = end
  while (at > from && isBlank(bytes[at - 1])) at -= 1
  return at
}
