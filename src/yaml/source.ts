import { Buffer } from 'node:buffer'
import { PinpullError } from '../diagnostics/errors.ts'
import { findForeignEncoding } from './encoding.ts'

/** The bytes of one input with the text that the readers work on. */
export interface Source {
  readonly bytes: Uint8Array
  /** The bytes decoded as latin1, so that an index into it is a byte offset. A byte order mark is in it. */
  readonly text: string
  /** The file's name, for diagnostics; absent for standard input. */
  readonly file?: string
}

/** U+FEFF in UTF-8, as it looks in a text decoded as latin1. */
export const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

/**
 * Takes in the bytes of an input.
 * @param bytes kept, not copied
 * @param file the file's name, for diagnostics
 * @throws {PinpullError} INPUT_NOT_UTF8, which says what it is instead, and how to get UTF-8
 */
export function readSource(bytes: Uint8Array, file?: string): Source {
  const foreign = findForeignEncoding(bytes)
  if (foreign !== undefined) throw new PinpullError('INPUT_NOT_UTF8', { ...foreign })
  let text: string | undefined
  return {
    bytes,
    get text() {
      // Reading needs it only where an edit is made: until then, a large input is in memory once.
      text ??= latin1Of(bytes, 0, bytes.length)
      return text
    },
    ...(file === undefined ? {} : { file }),
  }
}

/** A part of some bytes, decoded as latin1. */
export function latin1Of(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString('latin1', start, end)
}

/** The same bytes as a Buffer, not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Turns latin1-decoded bytes, or a part of them, back into the text that they are in UTF-8.
 * @param latin1 cut at character boundaries
 */
export function decodeText(latin1: string): string {
  return isAscii(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8')
}

/** Whether a text holds ASCII characters only. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

/** Whether a byte order mark is there. */
export function hasMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
}
