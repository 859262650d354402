import { isAscii } from 'node:buffer'
import { countWhile } from './binary-search.ts'
import { LF } from './bytes.ts'
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
