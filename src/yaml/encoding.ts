import { Buffer, isUtf8 } from 'node:buffer'
import type { Location } from '../diagnostics/diagnostic.ts'

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
const APPENDED =
  'save that part as UTF-8: a chart template may be UTF-16, or >> of Windows PowerShell has appended it, which … | Out-File -Append -Encoding utf8 FILE does not'
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
  if (!isUtf8(bytes)) return describeInvalidByte(bytes)
  const nul = viewOf(bytes).indexOf(0)
  return nul >= 0 && isWideText(bytes, nul) ? describeWideText(bytes, nul) : undefined
}

/** Whether a zero byte is one of several with single characters between them, as ASCII has them in UTF-16. */
function isWideText(bytes: Uint8Array, nul: number): boolean {
  return bytes[nul + 1] !== 0 && bytes[nul + 2] === 0 && bytes[nul + 3] !== 0 && bytes[nul + 4] === 0
}

/** Describes text in UTF-16 behind text in UTF-8, or behind a character that is not ASCII. */
function describeWideText(bytes: Uint8Array, offset: number): EncodingError {
  const before = viewOf(bytes).toString('latin1', 0, offset)
  const line = before.split('\n').length
  if (line === 1)
    return { reason: 'it is UTF-16, which > and Out-File of Windows PowerShell write', advice: POWERSHELL }
  return { reason: `from line ${line} on it is UTF-16`, advice: APPENDED, at: { line, column: 1 } }
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
function describeInvalidByte(bytes: Uint8Array): EncodingError {
  const offset = indexOfInvalidByte(bytes)
  const [first, second] = bytes.subarray(offset, offset + 2)
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isMark && bytes.length > offset + 2) return describeWideText(bytes, offset)
  const whole = viewOf(bytes)
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
    advice: ICONV,
    at: { line: lines.length, column },
  }
}

const KIND = /(?:^|[{,])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?([A-Za-z]+)/m
const BLOCK_NAME = /^metadata:[^\n]*\n(?:[ \t]+[^\n]*\n)*?[ \t]+name:[ \t]*["']?([\w.-]+)/m
const FLOW_NAME = /["']?metadata["']?[ \t]*:[ \t]*\{[^{}]*?["']?\bname["']?[ \t]*:[ \t]*["']?([\w.-]+)/

/** @returns ` (Pod web)`, found by the kind and the name in a document's text; empty if there are none */
function describeObject(text: string): string {
  const kind = KIND.exec(text)?.[1]
  const name = (BLOCK_NAME.exec(text) ?? FLOW_NAME.exec(text))?.[1]
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

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
