import { Buffer } from 'node:buffer'
import { BRACE_START, CR, DASH, DOT, HASH, LF, PERCENT, SPACE, TAB } from './bytes.ts'
import { type DocumentRange, YamlError } from './reading.ts'
import { createObjectFinder } from './scanner/json.ts'
import { asBuffer, BOM, hasBom } from './source.ts'

/**
 * Divides a stream into its documents. A `---` or `...` at the start of a line, before white space or the end, is always a
 * marker, even in quoted and block scalars (YAML 1.2.2, rule 206 `c-forbidden`), so that this needs no grammar. A stream
 * without markers may consist of JSON objects. Kubernetes divides at every line that starts with `---`, and ignores what
 * follows a `...` line until then (apimachinery, `pkg/util/yaml/decoder.go`, `YAMLReader.Read`; go-yaml reads the first
 * document of what it gets): if the two differ, the range has a `divisionError`.
 * @returns no range for a stream that contains only white space, comments and a byte order mark. Such a stream must be read
 *   all the same: other readers may end a comment where YAML 1.2 does not.
 */
export function splitStream(bytes: Uint8Array): DocumentRange[] {
  const ranges: DocumentRange[] = []
  let start = 0
  let contentStart = afterMark(bytes, 0)
  // Whether a document has begun since `start`, by a marker or by contents; up to `from` that is known.
  let begun = false
  let from = contentStart
  const search: MarkerSearch = { buffer: asBuffer(bytes), dashes: -1, dots: -1, unseparated: -1 }
  // Whether a `...` line was met, and no `---` since.
  let ended = false
  const push = (contentEnd: number, end: number): void => {
    const divisionError =
      divisionErrorIn(search, start, end) ?? (ended ? missingMarker(contentStart) : undefined)
    const range = { start, contentStart, contentEnd, end }
    ranges.push(divisionError === undefined ? range : { ...range, divisionError })
  }
  while (true) {
    const marker = begun || !isMarker(bytes, from) ? nextMarker(search, from) : from
    const found = begun ? 'contents' : firstContent(bytes, from, marker)
    if (marker === bytes.length) {
      // Comments after the last `...` are added to the last document, so that the ranges have no gap.
      const last = ranges.at(-1)
      if (found !== 'nothing') push(marker, marker)
      else if (last !== undefined) ranges[ranges.length - 1] = { ...last, end: marker }
      break
    }
    if (bytes[marker] === DASH) {
      if (found === 'contents') {
        push(marker, marker)
        start = marker
        contentStart = marker
      }
      begun = true
      ended = false
      from = marker + 3
    } else {
      from = lineEnd(bytes, marker)
      if (found !== 'nothing' || firstContent(bytes, marker + 3, from) !== 'nothing') {
        push(marker, from)
        start = from
      }
      ended = true
      contentStart = from
      begun = false
    }
  }
  const [range] = ranges
  const only = ranges.length === 1 && range?.contentStart === 0 && range.contentEnd === bytes.length
  return (only ? splitJson(bytes) : undefined) ?? ranges
}

/** Divides a stream of JSON objects. White space belongs to the object before it. */
function splitJson(bytes: Uint8Array): DocumentRange[] | undefined {
  const starts = splitJsonStream(bytes)
  return starts?.map((from, index) => {
    const start = index === 0 ? 0 : from
    const end = starts[index + 1] ?? bytes.length
    return { start, contentStart: start, contentEnd: end, end }
  })
}

function afterMark(bytes: Uint8Array, at: number): number {
  return hasBom(bytes, at) ? at + BOM.length : at
}

const DASHES = Buffer.from('\n---')
const DOTS = Buffer.from('\n...')

/** The next marker of each sort, so that every byte is searched only once. */
interface MarkerSearch {
  readonly buffer: Buffer
  dashes: number
  dots: number
  /** The first line that starts with `---`, is not a marker, and is in no range yet; -1 if there is none. */
  unseparated: number
}

/** @returns the offset of the first marker from an offset on; the end of the stream if there is none */
function nextMarker(search: MarkerSearch, from: number): number {
  if (search.dashes < from) search.dashes = findMarker(search, DASHES, from)
  if (search.dots < from) search.dots = findMarker(search, DOTS, from)
  return search.dashes < search.dots ? search.dashes : search.dots
}

function findMarker(search: MarkerSearch, pattern: Buffer, from: number): number {
  const { buffer } = search
  let at = buffer.indexOf(pattern, from > 0 ? from - 1 : 0)
  while (at !== -1 && !isMarker(buffer, at + 1)) {
    if (pattern === DASHES && search.unseparated === -1) search.unseparated = at + 1
    at = buffer.indexOf(pattern, at + 1)
  }
  return at === -1 ? buffer.length : at + 1
}

function divisionErrorIn(search: MarkerSearch, start: number, end: number): YamlError | undefined {
  const { unseparated } = search
  if (unseparated < start || unseparated >= end) return undefined
  search.unseparated = -1
  return new YamlError(
    unseparated,
    'kubectl ends a document at every line that begins with ---, whatever follows: put a space in front of it, or behind',
  )
}

function missingMarker(body: number): YamlError {
  return new YamlError(
    body,
    'after a ... line kubectl only reads a document that begins with ---: add a --- line there',
  )
}

function isMarker(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at]
  if (first !== DASH && first !== DOT) return false
  if (bytes[at + 1] !== first || bytes[at + 2] !== first || !isWhite(bytes[at + 3])) return false
  return bytes[at + 3] !== CR || bytes[at + 4] === LF
}

/** White space, a line break or the end. */
function isWhite(byte: number | undefined): boolean {
  return byte === undefined || byte === SPACE || byte === TAB || byte === LF || byte === CR
}

/** Looks for contents after blank lines and comments, from the start of a line. */
function firstContent(bytes: Uint8Array, start: number, end: number): 'contents' | 'directive' | 'nothing' {
  let directive = false
  let at = skipWhite(bytes, start, end)
  while (at < end) {
    const byte = bytes[at]
    if (byte === PERCENT && (at === start || bytes[at - 1] === LF)) directive = true
    else if (byte !== HASH) return 'contents'
    at = skipWhite(bytes, lineEnd(bytes, at), end)
  }
  return directive ? 'directive' : 'nothing'
}

function skipWhite(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isWhite(bytes[at])) at += 1
  return at
}

/** @returns the offset just after the line */
function lineEnd(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(LF, from)
  return at === -1 ? bytes.length : at + 1
}

/**
 * Divides a stream of JSON objects with only white space between them, as `jq` prints them. Kubernetes' decoder reads a
 * stream that starts with a brace in this way (apimachinery v0.36, `pkg/util/yaml/decoder.go`, `YAMLOrJSONDecoder`), and
 * does not switch to YAML after a second object.
 * @param bytes the whole stream
 * @returns the byte offset of each object; undefined for any other stream, including a single object, one in which every
 *   object after the first is indented or follows another on its line after a space, and one that `createObjectFinder` does
 *   not support
 */
export function splitJsonStream(bytes: Uint8Array): number[] | undefined {
  const first = skipWhite(bytes, 0, bytes.length)
  if (bytes[first] !== BRACE_START || !mayHoldSecond(bytes, first)) return undefined
  const starts: number[] = []
  const endOfObject = createObjectFinder(bytes)
  for (let at = first; at < bytes.length; ) {
    starts.push(at)
    const end = endOfObject(at)
    if (end === -1) return undefined
    at = skipWhite(bytes, end, bytes.length)
  }
  return starts.length > 1 ? starts : undefined
}

/** Whether bytes are one JSON object with optional white space around it; false for JSON that `createObjectFinder` does not support. */
export function isJsonObject(bytes: Uint8Array): boolean {
  const end = createObjectFinder(bytes)(skipWhite(bytes, 0, bytes.length))
  return end !== -1 && skipWhite(bytes, end, bytes.length) === bytes.length
}

/** A quick check: within an object, a line hardly ever starts with a brace. */
function mayHoldSecond(bytes: Uint8Array, first: number): boolean {
  const buffer = asBuffer(bytes)
  return buffer.indexOf('\n{', first) !== -1 || buffer.indexOf('}{', first) !== -1
}
