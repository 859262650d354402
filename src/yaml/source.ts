import { Buffer, isUtf8 } from 'node:buffer'
import type { Location } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { BRACE_START, SPACE } from './bytes.ts'

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
  let text: string | undefined
  return {
    bytes,
    get text() {
      // Only editing needs the text, so most large inputs are in memory only once.
      text ??= decodeLatin1(bytes, 0, bytes.length)
      return text
    },
    ...(file === undefined ? {} : { file }),
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

/** Why bytes are not UTF-8, and how to convert them. */
export interface EncodingError {
  /** What the bytes are instead, as a clause for a message. */
  readonly reason: string
  /** How to convert them, as a clause for a message. */
  readonly advice: string
  /** The first byte that is not UTF-8; absent if the whole input has another encoding. */
  readonly at?: Pick<Location, 'line' | 'column'> | undefined
}

const POWERSHELL =
  'write it as UTF-8: … | Out-File -Encoding utf8 FILE, or cmd /c "… > FILE", or use PowerShell 7, which writes UTF-8'
const ICONV =
  'Kubernetes manifests are UTF-8; save the file that this comes from as UTF-8: iconv -f latin1 -t utf-8'

/**
 * Checks that an input is UTF-8. It counts as UTF-16 or UTF-32 if it begins with their byte order mark, or with the zero bytes of
 * an ASCII character in them.
 * @param bytes the whole input
 * @returns undefined if it is UTF-8
 */
export function findEncodingError(bytes: Uint8Array): EncodingError | undefined {
  const name = detectWideEncoding(bytes)
  if (name !== undefined) {
    const who = name.startsWith('UTF-16') ? ', which > and Out-File of Windows PowerShell write' : ''
    return { reason: `it is ${name}${who}`, advice: POWERSHELL }
  }
  return isUtf8(bytes) ? undefined : { ...describeInvalidByte(bytes), advice: ICONV }
}

/** Detects UTF-16 and UTF-32 by the byte order mark, or by the zero bytes of the first ASCII character (YAML 1.2.2, section 5.2). */
function detectWideEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes
  if (a === 0x00 && b === 0x00 && ((c === 0xfe && d === 0xff) || (c === 0x00 && d !== undefined)))
    return 'UTF-32BE'
  if (
    (a === 0xff && b === 0xfe && c === 0x00 && d === 0x00) ||
    (a && b === 0x00 && c === 0x00 && d === 0x00)
  ) {
    return 'UTF-32LE'
  }
  if ((a === 0xfe && b === 0xff) || (a === 0x00 && b)) return 'UTF-16BE'
  if ((a === 0xff && b === 0xfe) || (a && b === 0x00)) return 'UTF-16LE'
  return undefined
}

/** Describes the first byte that is not UTF-8, with its document and object, and locates it. */
function describeInvalidByte(bytes: Uint8Array): Pick<EncodingError, 'reason' | 'at'> {
  const offset = indexOfInvalidByte(bytes)
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const before = whole.toString('utf8', 0, offset)
  const lines = before.split('\n')
  const column = [...(lines.at(-1) ?? '')].length + 1
  // Counts `---` markers, because the stream cannot be parsed.
  const documents = before.split(/^---(?=[ \t\r\n]|$)/m)
  const isHeadEmpty = /^(?:\s*#[^\n]*\n|\s+|\ufeff)*$/.test(documents[0] ?? '')
  const number = documents.length - (documents.length > 1 && isHeadEmpty ? 1 : 0)
  const rest = whole.toString('latin1', offset).split(/^---(?=[ \t\r\n]|$)/m, 1)[0] ?? ''
  const character = String.fromCharCode(bytes[offset] as number)
  const code = (bytes[offset] as number).toString(16).toUpperCase().padStart(2, '0')
  const shown = character >= '\u00a0' ? ` ("${character}" in Latin-1)` : ''
  const object = describeObject((documents.at(-1) ?? '') + rest)
  return {
    reason: `the byte 0x${code}${shown} in document ${number}${object}`,
    at: { line: lines.length, column },
  }
}

/** @returns ` (Pod web)`, found by the `kind` and `name` lines of a document; empty if there are none */
function describeObject(text: string): string {
  const kind = /^kind:[ \t]*["']?([A-Za-z]+)/m.exec(text)?.[1]
  const name = /^metadata:[^\n]*\n(?:[ \t]+[^\n]*\n)*?[ \t]+name:[ \t]*["']?([\w.-]+)/m.exec(text)?.[1]
  const words = [kind, name].filter((word) => word !== undefined)
  return words.length === 0 ? '' : ` (${words.join(' ')})`
}

/** @returns the offset of the first byte that is not part of well-formed UTF-8 (Unicode 16, table 3-7) */
function indexOfInvalidByte(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const next = at + sequenceLength(bytes[at] as number)
    if (next === at || next > bytes.length || !isUtf8(bytes.subarray(at, next))) return at
    at = next
  }
  return at
}

/** @returns how many bytes the character has that starts with this byte; 0 if no character does */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1
  if (byte < 0xc2) return 0
  if (byte < 0xe0) return 2
  return byte < 0xf0 ? 3 : 4
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
