/** Bytes that have a meaning in YAML, and classes of bytes. */

/** The byte of a tab, U+0009. */
export const TAB = 0x09
/** The byte of a line feed, U+000A. */
export const LF = 0x0a
/** The byte of a carriage return, U+000D. */
export const CR = 0x0d
/** The byte of a space, U+0020. */
export const SPACE = 0x20
/** The byte of `"`. */
export const DOUBLE_QUOTE = 0x22
/** The byte of `#`, which starts a comment. */
export const HASH = 0x23
/** The byte of `%`, which starts a directive. */
export const PERCENT = 0x25
/** The byte of `&`, which starts an anchor. */
export const AMPERSAND = 0x26
/** The byte of `'`. */
export const SINGLE_QUOTE = 0x27
/** The byte of `*`, which starts an alias. */
export const ASTERISK = 0x2a
/** The byte of `,`. */
export const COMMA = 0x2c
/** The byte of `-`. */
export const DASH = 0x2d
/** The byte of `.`. */
export const DOT = 0x2e
/** The byte of `:`. */
export const COLON = 0x3a
/** The byte of `>`, which starts a folded scalar. */
export const GREATER_THAN = 0x3e
/** The byte of `?`. */
export const QUESTION = 0x3f
/** The byte of `[`. */
export const BRACKET_START = 0x5b
/** The byte of `\`. */
export const BACKSLASH = 0x5c
/** The byte of `]`. */
export const BRACKET_END = 0x5d
/** The byte of `{`. */
export const BRACE_START = 0x7b
/** The byte of `|`, which starts a literal scalar. */
export const PIPE = 0x7c
/** The byte of `}`. */
export const BRACE_END = 0x7d
/** The byte of `!`, which starts a YAML tag. */
export const EXCLAMATION = 0x21
/** The first byte of a byte order mark in UTF-8, and of some other characters. */
export const BOM_FIRST_BYTE = 0xef

/**
 * What a byte may do to the scanner: one bit for each effect. The constants stay out of the files that use them: the bundler
 * inlines a constant only where it is imported, and a lookup for every byte is slow before code is optimized.
 */

/**
 * Flag in `BYTE_CLASSES`: ends a line, or is not allowed in YAML. All bytes below 0x20 but the tab, so line feed and
 * carriage return as well.
 */
export const LINE_STOP = 1
/** Flag in `BYTE_CLASSES`: may end a plain scalar. `:`, `#` and the bytes with `LINE_STOP`. */
export const PLAIN_STOP = 2
/** Flag in `BYTE_CLASSES`: may end a plain scalar in a flow collection. `,[]{}?` and the bytes with `PLAIN_STOP`. */
export const FLOW_STOP = 4
/** Flag in `BYTE_CLASSES`: cannot begin a plain scalar; `-`, `?` and `:` can if the next byte allows it. */
export const INDICATOR = 8
/**
 * Flag in `BYTE_CLASSES`: is not ordinary text in a quoted scalar. Both quotes, the backslash, and the bytes with
 * `LINE_STOP`.
 */
export const QUOTED_STOP = 16
/** Flag in `BYTE_CLASSES`: may be in an anchor's name. The scanner accepts fewer characters than the specification. */
export const ANCHOR_NAME = 32
/** Flag in `BYTE_CLASSES`: is not ordinary text in a JSON string. The double quote, the backslash, and all bytes below 0x20, tabs too. */
export const JSON_STOP = 64
/** Flag in `BYTE_CLASSES`: starts a plain scalar, whatever follows it. Bytes from 0x21 on without `INDICATOR`. */
export const PLAIN_START = 128

/** The flags of each of the 256 bytes, such as `LINE_STOP | PLAIN_STOP`. */
export const BYTE_CLASSES: Uint8Array = new Uint8Array(256)
for (let byte = 0; byte < 0x20; byte += 1) {
  mark(byte, byte === 0x09 ? JSON_STOP : LINE_STOP | PLAIN_STOP | FLOW_STOP | QUOTED_STOP | JSON_STOP)
}
for (const character of ':#') mark(character.charCodeAt(0), PLAIN_STOP | FLOW_STOP)
for (const character of ',[]{}') mark(character.charCodeAt(0), FLOW_STOP | INDICATOR)
// go-yaml ends a plain scalar in a flow collection at a question mark, and takes it for a key.
mark('?'.charCodeAt(0), FLOW_STOP)
for (const character of '#&*!|>\'"%@`-?: \t') mark(character.charCodeAt(0), INDICATOR)
for (const character of '\'"\\') mark(character.charCodeAt(0), QUOTED_STOP)
for (const character of '"\\') mark(character.charCodeAt(0), JSON_STOP)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.') {
  mark(character.charCodeAt(0), ANCHOR_NAME)
}
for (let byte = 0x21; byte < 256; byte += 1)
  if (((BYTE_CLASSES[byte] as number) & INDICATOR) === 0) mark(byte, PLAIN_START)

function mark(byte: number, flag: number): void {
  BYTE_CLASSES[byte] = (BYTE_CLASSES[byte] as number) | flag
}

/** Whether a byte is a space or a tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

/** Whether a byte is a single or double quote. */
export function isQuote(byte: number | undefined): boolean {
  return byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE
}

/**
 * Whether text may be a key: a colon follows, after an optional closing quote and white space.
 * @param end the byte offset just after the text
 */
export function isKeyEnd(bytes: Uint8Array, end: number): boolean {
  let at = isQuote(bytes[end]) ? end + 1 : end
  while (isBlank(bytes[at])) at += 1
  return bytes[at] === COLON
}

/**
 * Whether a backslash starts an escape that may stand for any character, or for none: `\\x`, `\\u`, `\\U`, `\\/`, or a backslash at the end
 * of a line.
 * @param at the byte offset of the backslash
 */
export function isHidingEscape(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1]
  return next === 0x78 || next === 0x75 || next === 0x55 || next === 0x2f || next === LF || next === CR
}

/**
 * Reads the two bytes before an offset as one number, from 0 to 65535, the first byte in the high bits: a member of
 * `ScalarSearch.endings`. A missing byte counts as 0.
 */
export function twoBytesBefore(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number)
}

/** Adds a number from `twoBytesBefore` to a set of 65,536 bits, which is small enough to be made for every file. */
export function addEnding(endings: Uint8Array, twoBytes: number): void {
  endings[twoBytes >> 3] = (endings[twoBytes >> 3] as number) | (1 << (twoBytes & 7))
}

/** Whether a number from `twoBytesBefore` was added to a set of 65,536 bits. */
export function hasEnding(endings: Uint8Array, twoBytes: number): boolean {
  return (((endings[twoBytes >> 3] as number) >> (twoBytes & 7)) & 1) === 1
}
