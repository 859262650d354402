import { isAscii } from 'node:buffer'
import { countWhile } from './binary-search.ts'
import { CR, LF } from './bytes.ts'
import { BOM, hasBom, type Source } from './source.ts'

/**
 * Converts a byte offset to a line and a column, as an editor shows them.
 * @param offset a byte offset in the source
 * @returns both from 1; the column counts Unicode code points, without a byte order mark
 */
export function positionAt(source: Source, offset: number): { line: number; column: number } {
  const starts = lineStartsOf(source)
  const line = countWhile(starts, (start) => start <= offset)
  let from = starts[line - 1] as number
  if (from === 0 && hasBom(source.bytes, 0)) from = BOM.length
  const continuations = continuationsBefore(source, offset) - continuationsBefore(source, from)
  return { line, column: offset - from - continuations + 1 }
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
  const starts = lineStartsOf(source)
  const start = starts[line - 1] as number
  const next = starts[line]
  const end = next === undefined ? source.bytes.length : next - 1
  return { start, end: end > start && source.bytes[end - 1] === CR ? end - 1 : end }
}

/** How many lines a source has. The text after the last line break is a line, unless it is empty. */
export function lineCount(source: Source): number {
  const starts = lineStartsOf(source)
  return starts.at(-1) === source.bytes.length ? starts.length - 1 : starts.length
}

/** Memo of a pure function: the offsets at which lines start, for each source in use. */
const lineStarts = new WeakMap<Source, readonly number[]>()

/** Memo: how many UTF-8 continuation bytes precede each chunk of a source. A JSON document may be one line of many megabytes. */
const continuationCounts = new WeakMap<Source, Uint32Array>()
const CHUNK = 1024

/** @returns how many bytes before an offset are UTF-8 continuation bytes */
function continuationsBefore(source: Source, offset: number): number {
  const chunk = Math.floor(offset / CHUNK)
  let count = countsOf(source)[chunk] as number
  for (let at = chunk * CHUNK; at < offset; at += 1) if (isContinuation(source.bytes[at])) count += 1
  return count
}

function countsOf(source: Source): Uint32Array {
  const known = continuationCounts.get(source)
  if (known !== undefined) return known
  const { bytes } = source
  const counts = new Uint32Array(Math.floor(bytes.length / CHUNK) + 1)
  if (isAscii(bytes)) {
    continuationCounts.set(source, counts)
    return counts
  }
  let count = 0
  for (let chunk = 1; chunk < counts.length; chunk += 1) {
    const from = (chunk - 1) * CHUNK
    const part = bytes.subarray(from, from + CHUNK)
    // Nearly every chunk is ASCII, and isAscii is native.
    if (!isAscii(part)) for (const byte of part) if (isContinuation(byte)) count += 1
    counts[chunk] = count
  }
  continuationCounts.set(source, counts)
  return counts
}

function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source)
  if (known !== undefined) return known
  const starts = [0]
  const { bytes } = source
  // Faster than one call of Buffer's indexOf for each line.
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === LF) starts.push(at + 1)
  lineStarts.set(source, starts)
  return starts
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
