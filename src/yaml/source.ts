import { Buffer } from 'node:buffer'
import { PinpullError } from '../diagnostics/errors.ts'
import { BRACE_START, SPACE } from './bytes.ts'
import { findEncodingError } from './encoding.ts'

/** One input: a file or standard input, as bytes and as text. */
export interface Source {
  /** The whole input, in UTF-8. */
  readonly bytes: Uint8Array
  /** The bytes decoded as Latin-1, so that an index is a byte offset. Includes a byte order mark. */
  readonly text: string
  /** The name of the file, for diagnostics; absent for standard input. */
  readonly file?: string
}

/** The byte order mark (U+FEFF) in UTF-8, decoded as Latin-1. */
export const BOM = '\u00ef\u00bb\u00bf'

/**
 * Makes a source from the bytes of an input, which must be UTF-8.
 * @param bytes the whole input; not copied
 * @param file the name of the file, for diagnostics; undefined for standard input
 * @throws {PinpullError} INPUT_NOT_UTF8, with the actual encoding and how to convert it
 */
export function readSource(bytes: Uint8Array, file?: string): Source {
  const foreign = findEncodingError(bytes)
  if (foreign !== undefined) {
    const { reason, advice, at } = foreign
    const location = { ...(file !== undefined && { file }), ...at }
    throw new PinpullError('INPUT_NOT_UTF8', { reason, advice }, { at: location })
  }
  return new InputSource(bytes, file)
}

/** A class, because V8 keeps what a getter of an object literal refers to until it collects all garbage. */
class InputSource implements Source {
  readonly bytes: Uint8Array
  declare readonly file?: string
  #text: string | undefined

  constructor(bytes: Uint8Array, file: string | undefined) {
    this.bytes = bytes
    if (file !== undefined) this.file = file
  }

  get text(): string {
    // Only editing needs the text, so most large inputs are in memory only once.
    this.#text ??= decodeLatin1(this.bytes, 0, this.bytes.length)
    return this.#text
  }
}

/**
 * Decodes a range of bytes as Latin-1: each byte becomes one character, so that an index in the string is a byte offset.
 * @param start the byte offset of the range
 * @param end the byte offset just after it
 */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  return asBuffer(bytes).toString('latin1', start, end)
}

/** Makes a Node `Buffer` over the same memory, without copying it. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Decodes text as UTF-8 whose bytes were decoded as Latin-1 before (see `Source.text`).
 * @param latin1 must not start or end within a character
 */
export function decodeUtf8(latin1: string): string {
  return isAscii(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8')
}

/** Whether a string has only ASCII characters, so that its bytes are the same in Latin-1 and UTF-8: see `decodeUtf8`. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

const LONE_SURROGATE = /[\ud800-\udfff]/gu

/** Replaces lone surrogates by U+FFFD, as Go's JSON decoder does, with which Kubernetes reads JSON. */
export function replaceLoneSurrogates(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd')
}

/** Whether there is a byte order mark (U+FEFF) at a byte offset. */
export function hasBom(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
}

/**
 * Whether a stream begins with a brace, perhaps after white space: Kubernetes then reads its first value as JSON. A byte
 * order mark before it makes it false.
 * @param bytes the whole stream
 */
export function startsWithBrace(bytes: Uint8Array): boolean {
  let at = 0
  while (at < bytes.length && (bytes[at] as number) <= SPACE) at += 1
  return bytes[at] === BRACE_START
}
