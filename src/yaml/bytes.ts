/** Bytes that have a meaning in YAML, and classes of bytes. */

export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const DOUBLE_QUOTE = 0x22
export const HASH = 0x23
export const PERCENT = 0x25
export const AMPERSAND = 0x26
export const SINGLE_QUOTE = 0x27
export const ASTERISK = 0x2a
export const COMMA = 0x2c
export const DASH = 0x2d
export const DOT = 0x2e
export const COLON = 0x3a
export const GREATER_THAN = 0x3e
export const QUESTION = 0x3f
export const BRACKET_START = 0x5b
export const BACKSLASH = 0x5c
export const BRACKET_END = 0x5d
export const BRACE_START = 0x7b
export const PIPE = 0x7c
export const BRACE_END = 0x7d
export const EXCLAMATION = 0x21
/** The first byte of a byte order mark, and of some other characters. */
export const BOM_FIRST_BYTE = 0xef

/**
 * What a byte may do to the scanner: one bit for each effect. The constants stay out of the files that use them: the bundler
 * inlines a constant only where it is imported, and a lookup for every byte is slow before code is optimized.
 */

/** Ends a line, or is not allowed in YAML: line feed, carriage return and control characters. */
export const LINE_STOP = 1
/** May end a plain scalar. */
export const PLAIN_STOP = 2
/** May end a plain scalar in a flow collection. */
export const FLOW_STOP = 4
/** Cannot begin a plain scalar; `-`, `?` and `:` only where a space or an indicator follows. */
export const INDICATOR = 8
/** Ends a run of characters in a single-quoted or double-quoted scalar. */
export const QUOTED_STOP = 16
/** May be in an anchor's name; the scanner accepts fewer characters than the specification. */
export const ANCHOR_NAME = 32
/** Ends a run of characters in a JSON string: a quote, a backslash or a control character. */
export const JSON_STOP = 64
/** Starts a plain scalar, whatever follows it. */
export const PLAIN_START = 128

/** The flags of each byte. */
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
 * Whether the text before an offset may be a key: a colon follows, after an optional closing quote and white space.
 * @param end just after the text
 */
export function isKeyEnd(bytes: Uint8Array, end: number): boolean {
  let at = isQuote(bytes[end]) ? end + 1 : end
  while (isBlank(bytes[at])) at += 1
  return bytes[at] === COLON
}

/** @returns the two bytes before an offset as one number */
export function twoBytesBefore(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number)
}
