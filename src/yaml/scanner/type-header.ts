import type { Buffer } from 'node:buffer'
import { COLON } from '../bytes.ts'
import type { DocumentType } from '../nodes.ts'
import type { DocumentRange } from '../reading.ts'
import { asBuffer, decodeLatin1 } from '../source.ts'
import { findPlainEnd, startsPlain, trimBlanks } from './byte-search.ts'
import { decodeWithCache } from './scalar-text.ts'
import { bailOut, createScan, type Scan, skipToNextContent, skipToRoot, UNSUPPORTED } from './scan.ts'
import { createTape } from './tape.ts'

/**
 * Reads the type of a Kubernetes object from the first lines of its document: `apiVersion: …` and `kind: …`, in either
 * order, plain and in the first column. Comments and a `---` line may precede them.
 * @param range the document's byte range in the source
 * @returns undefined if the document does not start with them, its type is not wanted, or a later line may be another key
 *   with one of these names, a merge, or the `items` of a list; the document must then be parsed to know more
 */
export type TypeHeaderReader = (range: DocumentRange) => DocumentType | undefined

/**
 * Prepares to read the types (`apiVersion` and `kind`) of the documents of a source.
 * @param bytes the bytes of the whole source
 * @param isWanted selects the types to return: those of which the type is enough to know, so that they need not be parsed
 */
export function createTypeHeaderReader(
  bytes: Uint8Array,
  isWanted: (type: DocumentType) => boolean,
): TypeHeaderReader {
  const buffer = asBuffer(bytes)
  // A scan requires a tape; nothing is written to it.
  const tape = createTape(0)
  return ({ start, contentStart, contentEnd }) => {
    const scan = createScan(bytes, contentStart, contentEnd, tape)
    try {
      skipToRoot(scan, start)
      const type = scanType(scan, buffer)
      if (!isWanted(type) || UNICODE_LINE_BREAK.test(decodeLatin1(bytes, contentStart, scan.nodeEnd)))
        return undefined
      return COMPETING_KEY.test(decodeLatin1(bytes, scan.nodeEnd, contentEnd)) ? undefined : type
    } catch (error) {
      if (error === UNSUPPORTED) return undefined
      throw error
    }
  }
}

const API_VERSION = 'apiVersion: '
const KIND = 'kind: '

/** U+0085, U+2028 and U+2029, which some readers take for line breaks, decoded as Latin-1. */
const UNICODE_LINE_BREAK = /\xc2\x85|\xe2\x80[\xa8\xa9]/

/**
 * Matches the start of a line that may be another `apiVersion` or `kind`, a merge, or the `items` of a list: these keys, and
 * keys in quotes or with an anchor, a tag, an alias, a question mark or a byte order mark, which go-yaml skips. Also matches
 * line breaks that only some readers know, and lone carriage returns.
 */
const COMPETING_KEY = /\n(?:kind|apiVersion|items|["'&!?*<\xef])|\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]/

function scanType(scan: Scan, buffer: Buffer): DocumentType {
  if (startsWith(scan, KIND)) {
    const kind = scanLine(scan, KIND, buffer)
    return { kind, apiVersion: scanLine(scan, API_VERSION, buffer) }
  }
  const apiVersion = scanLine(scan, API_VERSION, buffer)
  return { apiVersion, kind: scanLine(scan, KIND, buffer) }
}

/** Scans a line with this key. @returns its value */
function scanLine(scan: Scan, key: string, buffer: Buffer): string {
  const { bytes, end, at } = scan
  const from = at + key.length
  if (scan.column !== 0 || !startsWith(scan, key) || !startsPlain(bytes, from, end)) bailOut()
  const stop = findPlainEnd(bytes, from, end)
  if (stop < end && bytes[stop] === COLON) bailOut()
  const to = trimBlanks(bytes, from, stop)
  scan.nodeEnd = to
  scan.at = stop
  skipToNextContent(scan)
  // An indented line would continue the value.
  if (scan.column > 0) bailOut()
  return decodeWithCache(buffer, from, to)
}

function startsWith({ bytes, end, at }: Scan, text: string): boolean {
  if (at + text.length > end) return false
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}
