import type { Buffer } from 'node:buffer'
import { COLON } from '../bytes.ts'
import type { DocumentType } from '../nodes.ts'
import { bufferOf, latin1Of } from '../source.ts'
import type { DocumentRange } from '../stream.ts'
import { findPlainEnd, startsPlain, trimBlanks } from './byte-search.ts'
import { createShortTexts, type ShortTexts, textAt } from './scalar-text.ts'
import { advance, createScan, findRoot, giveUp, NOT_PROVED, type Scan } from './scan.ts'
import { createTapeWriter } from './tape.ts'

/**
 * Tells the type of a document by its first lines: `apiVersion: …` and `kind: …`, in either order, plain and in the
 * first column.
 * @returns absent where they do not begin so, and where something further down might be a key that takes their place
 */
export type TypeLines = (range: DocumentRange) => DocumentType | undefined

/**
 * @param bytes of the whole source
 * @param isWanted which types are of interest: of a document of another one, nothing more is looked at
 */
export function createTypeLines(bytes: Uint8Array, isWanted: (type: DocumentType) => boolean): TypeLines {
  const buffer = bufferOf(bytes)
  const texts = createShortTexts()
  // Scans come with one; nothing is written to it.
  const tape = createTapeWriter(0)
  return ({ start, body, tail }) => {
    const scan = createScan(bytes, body, tail, tape)
    try {
      findRoot(scan, start)
      const type = scanType(scan, buffer, texts)
      if (!isWanted(type) || FOREIGN_BREAK.test(latin1Of(bytes, body, scan.nodeEnd))) return undefined
      return RIVAL.test(latin1Of(bytes, scan.nodeEnd, tail)) ? undefined : type
    } catch (error) {
      if (error === NOT_PROVED) return undefined
      throw error
    }
  }
}

const API_VERSION = 'apiVersion: '
const KIND = 'kind: '

/** What is a line break to some readers: U+0085, U+2028 and U+2029, their bytes as Latin-1. */
const FOREIGN_BREAK = /\xc2\x85|\xe2\x80[\xa8\xa9]/

/**
 * At the start of a line, what might be another of the two keys, or a merge, or make a list of the document: the keys themselves, quoted ones, those with
 * an anchor, a tag or a question mark, aliases, and a byte order mark, which go-yaml steps over. And what is a line break
 * to some readers, a carriage return alone among them.
 */
const RIVAL = /\n(?:kind|apiVersion|items|["'&!?*<\xef])|\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]/

function scanType(scan: Scan, buffer: Buffer, texts: ShortTexts): DocumentType {
  if (startsWith(scan, KIND)) {
    const kind = scanLine(scan, KIND, buffer, texts)
    return { kind, apiVersion: scanLine(scan, API_VERSION, buffer, texts) }
  }
  const apiVersion = scanLine(scan, API_VERSION, buffer, texts)
  return { apiVersion, kind: scanLine(scan, KIND, buffer, texts) }
}

/** Scans a line that must be there, and gives the value behind its key. */
function scanLine(scan: Scan, key: string, buffer: Buffer, texts: ShortTexts): string {
  const { bytes, end, at } = scan
  const from = at + key.length
  if (scan.column !== 0 || !startsWith(scan, key) || !startsPlain(bytes, from, end)) giveUp()
  const stop = findPlainEnd(bytes, from, end)
  if (stop < end && bytes[stop] === COLON) giveUp()
  const to = trimBlanks(bytes, from, stop)
  scan.nodeEnd = to
  scan.at = stop
  advance(scan)
  // Or the value goes on.
  if (scan.column > 0) giveUp()
  return textAt(texts, buffer, from, to)
}

function startsWith({ bytes, end, at }: Scan, text: string): boolean {
  if (at + text.length > end) return false
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}
