import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import type { Edit } from '../nodes.ts'
import { asBuffer } from '../source.ts'

/** Bytes as a list of consecutive parts, so that the unchanged parts of a source need not be copied. */
export type Chunks = readonly Uint8Array[]

/**
 * Applies edits to bytes without copying the unchanged parts. Enforces the contract of `Edit`.
 * @param bytes the whole source
 * @returns the edited bytes in chunks; if there are no edits, a single chunk, which is the same array
 * @throws {InternalError} if the edits break the contract
 */
export function spliceEdits(bytes: Uint8Array, edits: readonly Edit[]): Chunks {
  checkEdits(bytes.length, edits)
  const chunks: Uint8Array[] = []
  let from = 0
  for (const { start, end, text } of edits) {
    if (start > from) chunks.push(bytes.subarray(from, start))
    if (text !== '') chunks.push(Buffer.from(text, 'utf8'))
    from = end
  }
  if (edits.length === 0) return [bytes]
  if (from < bytes.length) chunks.push(bytes.subarray(from))
  return chunks
}

/**
 * Applies edits to bytes.
 * @param bytes the whole source
 * @returns the edited bytes; the same array if there are no edits
 * @throws {InternalError} if the edits break the contract of `Edit`
 */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return concatChunks(spliceEdits(bytes, edits))
}

/**
 * Concatenates chunks into one array.
 * @returns the same array if there is only one chunk
 */
export function concatChunks(chunks: Chunks): Uint8Array {
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}

/**
 * Copies consecutive small chunks into one buffer, so that fewer and larger chunks are written. Chunks larger than the
 * buffer, and a chunk that is the only one, are yielded as they are. The buffer is overwritten for each yielded chunk: use a chunk before taking the next.
 * @param bufferSize the size of the buffer in bytes
 */
export function* coalesceChunks(chunks: Chunks, bufferSize: number): Generator<Uint8Array> {
  let buffer: Buffer | undefined
  let filled = 0
  for (const chunk of chunks) {
    if (buffer !== undefined && filled > 0 && filled + chunk.length > bufferSize) {
      yield buffer.subarray(0, filled)
      filled = 0
    }
    if (chunk.length > bufferSize || chunks.length === 1) yield chunk
    else {
      buffer ??= Buffer.allocUnsafeSlow(bufferSize)
      asBuffer(chunk).copy(buffer, filled)
      filled += chunk.length
    }
  }
  if (buffer !== undefined && filled > 0) yield buffer.subarray(0, filled)
}

/**
 * Drops bytes at the beginning of a list of chunks, without copying.
 * @param count the number of bytes to drop
 */
export function dropBytes(chunks: Chunks, count: number): Chunks {
  let remaining = count
  return chunks.flatMap((chunk) => {
    const skipped = Math.min(remaining, chunk.length)
    remaining -= skipped
    return skipped === 0 ? [chunk] : skipped < chunk.length ? [chunk.subarray(skipped)] : []
  })
}

/**
 * Enforces the contract of `Edit`.
 * @param length the size of the source in bytes
 * @throws {InternalError} if the edits break it
 */
export function checkEdits(length: number, edits: readonly Edit[]): void {
  let last: Edit | undefined
  for (const edit of edits) {
    const { start, end } = edit
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > length) {
      throw new InternalError(`edit ${start}..${end} does not lie in a source of ${length} bytes`)
    }
    if (last !== undefined && (start < last.end || (start === last.start && end === last.end))) {
      throw new InternalError(`edit ${start}..${end} does not follow edit ${last.start}..${last.end}`)
    }
    last = edit
  }
}
