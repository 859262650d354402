import { CR, LF } from './bytes.ts'
import { asBuffer, hasBom, type Source } from './source.ts'

/**
 * Converts a byte offset to a line and a column, as an editor shows them.
 * @param offset a byte offset in the source
 * @returns both from 1; the column counts Unicode code points, without a byte order mark
 */
export function positionAt(source: Source, offset: number): { line: number; column: number } {
  const { breaks, lineStart, continuations } = countTo(source, offset)
  const character = offset - lineStart - continuations
  const isAfterBom = lineStart === 0 && hasBom(source.bytes, 0)
  return { line: breaks + 1, column: isAfterBom ? character : character + 1 }
}

/**
 * Converts a line and a column, as `positionAt` returns them, to a byte offset.
 * @param line from 1; the source must have it
 * @returns the end of the line if it is shorter than the column
 */
export function offsetAt(source: Source, { line, column }: { line: number; column: number }): number {
  const { start, end } = lineRange(source, line)
  // A JSON document may be one line of many megabytes, so its characters are not counted one by one.
  let [low, high] = [start, end]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (positionAt(source, middle).column < column) low = middle + 1
    else high = middle
  }
  // Within a character, `positionAt` has the column of the next one.
  while (low < end && isContinuation(source.bytes[low])) low += 1
  return low
}

/**
 * Finds a line of a source.
 * @param line from 1; the source must have it
 * @returns the byte offsets of its first byte, and of its line break or the end of the source
 */
export function lineRange(source: Source, line: number): { start: number; end: number } {
  const { bytes } = source
  const start = line === 1 ? 0 : offsetAfterBreak(source, line - 1)
  const lineBreak = asBuffer(bytes).indexOf(LF, start)
  const end = lineBreak === -1 ? bytes.length : lineBreak
  return { start, end: end > start && bytes[end - 1] === CR ? end - 1 : end }
}

/** How many lines a source has. The text after the last line break is a line, unless it is empty. */
export function lineCount(source: Source): number {
  const { breaks, lineStart } = countTo(source, source.bytes.length)
  return lineStart === source.bytes.length ? breaks : breaks + 1
}

/** Where an offset is. */
interface Place {
  /** How many line breaks precede it. */
  readonly breaks: number
  /** The offset of the first byte of its line. */
  readonly lineStart: number
  /** How many bytes before it in its line continue a character of UTF-8. */
  readonly continuations: number
}

/**
 * The places of every 1024th byte of a source, as far as they were asked for. Most diagnostics and images are near the start of
 * large files, and a JSON document may be one line of many megabytes.
 */
interface Places {
  readonly breaks: Uint32Array
  readonly lineStarts: Uint32Array
  readonly continuations: Uint32Array
  known: number
}

const CHUNK = 1024

/** Memo of a pure function: the places of each source in use. */
const placesOf = new WeakMap<Source, Places>()

function countTo(source: Source, offset: number): Place {
  const places = placesUpTo(source, Math.floor(offset / CHUNK))
  return count(source.bytes, places, Math.floor(offset / CHUNK), offset)
}

/** Counts from the start of a chunk, whose place is known, to an offset. */
function count(bytes: Uint8Array, places: Places, chunk: number, offset: number): Place {
  let breaks = places.breaks[chunk] as number
  let lineStart = places.lineStarts[chunk] as number
  let continuations = places.continuations[chunk] as number
  for (let at = chunk * CHUNK; at < offset; at += 1) {
    const byte = bytes[at] as number
    if (byte === LF) {
      breaks += 1
      lineStart = at + 1
      continuations = 0
    } else if ((byte & 0xc0) === 0x80) continuations += 1
  }
  return { breaks, lineStart, continuations }
}

/** @param chunk the last whose place must be known */
function placesUpTo(source: Source, chunk: number): Places {
  const places = placesOf.get(source) ?? createPlaces(source)
  for (let next = places.known; next <= chunk; next += 1) {
    const { breaks, lineStart, continuations } = count(source.bytes, places, next - 1, next * CHUNK)
    places.breaks[next] = breaks
    places.lineStarts[next] = lineStart
    places.continuations[next] = continuations
    places.known = next + 1
  }
  return places
}

function createPlaces(source: Source): Places {
  const length = Math.floor(source.bytes.length / CHUNK) + 1
  const places: Places = {
    breaks: new Uint32Array(length),
    lineStarts: new Uint32Array(length),
    continuations: new Uint32Array(length),
    known: 1,
  }
  placesOf.set(source, places)
  return places
}

/** @returns the offset just after a line break, counted from 1; the end of the source if there are fewer */
function offsetAfterBreak(source: Source, number: number): number {
  const { bytes } = source
  const last = Math.floor(bytes.length / CHUNK)
  const { breaks } = placesUpTo(source, last)
  let [low, high] = [0, last]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((breaks[middle] as number) < number) low = middle
    else high = middle - 1
  }
  let offset = low * CHUNK
  for (let before = breaks[low] as number; before < number && offset < bytes.length; offset += 1)
    if (bytes[offset] === LF) before += 1
  return offset
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
