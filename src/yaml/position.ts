import { isAscii } from 'node:buffer'
import { LF } from './bytes.ts'
import { BOM, hasBom, type Source } from './source.ts'

/**
 * Where a byte offset lies, as an editor shows it.
 * @returns line and column from 1; the column counts Unicode characters, and not a byte order mark
 */
export function positionAt(source: Source, offset: number): { line: number; column: number } {
  const starts = lineStartsOf(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  let from = starts[low] as number
  if (from === 0 && hasBom(source.bytes, 0)) from = BOM.length
  const continuations = continuationsBefore(source, offset) - continuationsBefore(source, from)
  return { line: low + 1, column: offset - from - continuations + 1 }
}

/** Line starts of sources that were asked for a position: a memo of a pure function, kept as long as its source. */
const lineStarts = new WeakMap<Source, readonly number[]>()

/** How many continuation bytes stand before each stretch, likewise: a JSON document may be one line of many megabytes. */
const continuationCounts = new WeakMap<Source, Uint32Array>()
const CHUNK = 1024

/** How many bytes before an offset begin no character. */
function continuationsBefore(source: Source, offset: number): number {
  const stretch = Math.floor(offset / CHUNK)
  let count = countsOf(source)[stretch] as number
  for (let at = stretch * CHUNK; at < offset; at += 1) if (isContinuation(source.bytes[at])) count += 1
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
  for (let stretch = 1; stretch < counts.length; stretch += 1) {
    const from = (stretch - 1) * CHUNK
    const part = bytes.subarray(from, from + CHUNK)
    // Nearly all of nearly every manifest is ASCII, and that is found natively.
    if (!isAscii(part)) for (const byte of part) if (isContinuation(byte)) count += 1
    counts[stretch] = count
  }
  continuationCounts.set(source, counts)
  return counts
}

function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source)
  if (known !== undefined) return known
  const starts = [0]
  const { bytes } = source
  // A loop, since Buffer's indexOf costs microseconds a call, and this is one call a line.
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === LF) starts.push(at + 1)
  lineStarts.set(source, starts)
  return starts
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
