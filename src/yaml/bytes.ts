/** Bytes that mean something to YAML. */

export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const HASH = 0x23
export const PERCENT = 0x25
export const AMPERSAND = 0x26
export const APOSTROPHE = 0x27
export const ASTERISK = 0x2a
export const COMMA = 0x2c
export const DASH = 0x2d
export const DOT = 0x2e
export const COLON = 0x3a
export const GREATER = 0x3e
export const QUESTION = 0x3f
export const BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const BRACKET_END = 0x5d
export const BRACE = 0x7b
export const PIPE = 0x7c
export const BRACE_END = 0x7d
export const EXCLAMATION = 0x21
/** The first byte of a byte order mark, and of some other characters. */
export const BOM_FIRST = 0xef

/**
 * What bytes may do to the scanners: one bit for each thing. In a file of its own, since the bundler writes a constant's value
 * only where it is imported, and code that runs for the first time would look it up for every byte.
 */

/** Ends a line, or must not be there at all: line feed, carriage return, and what YAML forbids everywhere. */
export const BREAK = 1
/** May end a plain scalar. */
export const PLAIN_STOP = 2
/** May end a plain scalar in a flow collection. */
export const FLOW_STOP = 4
/** Cannot begin a plain scalar; `-`, `?` and `:` only where a space or an indicator follows. */
export const INDICATOR = 8
/** Ends a single-quoted or double-quoted stretch of text. */
export const QUOTED_STOP = 16
/** May be in the name of an anchor that is read here: fewer than the specification allows. */
export const NAME = 32
/** Ends a stretch of a JSON string: a quote, a backslash, or what may not be in one. */
export const JSON_STOP = 64
/** Begins a plain scalar, whatever follows it. */
export const PLAIN_START = 128

/** The flags of each byte. */
export const CLASSES: Uint8Array = new Uint8Array(256)
for (let byte = 0; byte < 0x20; byte += 1) {
  mark(byte, byte === 0x09 ? JSON_STOP : BREAK | PLAIN_STOP | FLOW_STOP | QUOTED_STOP | JSON_STOP)
}
for (const character of ':#') mark(character.charCodeAt(0), PLAIN_STOP | FLOW_STOP)
for (const character of ',[]{}') mark(character.charCodeAt(0), FLOW_STOP | INDICATOR)
// go-yaml ends a plain scalar at a question mark there, and makes a key of it.
mark('?'.charCodeAt(0), FLOW_STOP)
for (const character of '#&*!|>\'"%@`-?: \t') mark(character.charCodeAt(0), INDICATOR)
for (const character of '\'"\\') mark(character.charCodeAt(0), QUOTED_STOP)
for (const character of '"\\') mark(character.charCodeAt(0), JSON_STOP)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.') {
  mark(character.charCodeAt(0), NAME)
}
for (let byte = 0x21; byte < 256; byte += 1)
  if (((CLASSES[byte] as number) & INDICATOR) === 0) mark(byte, PLAIN_START)

function mark(byte: number, flag: number): void {
  CLASSES[byte] = (CLASSES[byte] as number) | flag
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

export function isQuote(byte: number | undefined): boolean {
  return byte === QUOTE || byte === APOSTROPHE
}

/**
 * Whether a colon follows what may be a key: behind the quote that ends it, and white space.
 * @param end just behind the key's text
 */
export function isKeyEnd(bytes: Uint8Array, end: number): boolean {
  let at = isQuote(bytes[end]) ? end + 1 : end
  while (isBlank(bytes[at])) at += 1
  return bytes[at] === COLON
}

/** The two bytes before an offset, as one number. */
export function lastTwoBytes(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number)
}
