import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import type { Edit } from '../nodes.ts'
import { asBuffer } from '../source.ts'

/** Bytes in pieces, one after another: what stays of a source is not copied for it. */
export type Chunks = readonly Uint8Array[]

/**
 * Applies edits to bytes, and is the one place that enforces the contract of `Edit`.
 * @returns where there is nothing to do, the very same array alone
 * @throws {InternalError} where the contract is broken
 */
export function spliceEdits(bytes: Uint8Array, edits: readonly Edit[]): Chunks {
  checkContract(bytes.length, edits)
  const pieces: Uint8Array[] = []
  let from = 0
  for (const { start, end, text } of edits) {
    if (start > from) pieces.push(bytes.subarray(from, start))
    if (text !== '') pieces.push(Buffer.from(text, 'utf8'))
    from = end
  }
  if (edits.length === 0) return [bytes]
  if (from < bytes.length) pieces.push(bytes.subarray(from))
  return pieces
}

/**
 * Applies edits to bytes.
 * @returns the very same array where there is nothing to do
 * @throws {InternalError} where the contract of `Edit` is broken
 */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return concat(spliceEdits(bytes, edits))
}

/** Puts pieces together. A single one stays the very same array. */
export function concat(pieces: Chunks): Uint8Array {
  const [first] = pieces
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces)
}

/**
 * Puts pieces together a stretch at a time, so that no copy of all of them is needed. A large piece is a stretch by itself,
 * and not copied; the bytes of any other are those of the next one, too: they are to be used before that is asked for.
 * @param length how many bytes a stretch may have that is put together
 */
export function* coalesce(pieces: Chunks, length: number): Generator<Uint8Array> {
  let stretch: Buffer | undefined
  let filled = 0
  for (const piece of pieces) {
    if (stretch !== undefined && filled > 0 && filled + piece.length > length) {
      yield stretch.subarray(0, filled)
      filled = 0
    }
    if (piece.length > length || pieces.length === 1) yield piece
    else {
      stretch ??= Buffer.allocUnsafeSlow(length)
      asBuffer(piece).copy(stretch, filled)
      filled += piece.length
    }
  }
  if (stretch !== undefined && filled > 0) yield stretch.subarray(0, filled)
}

/** What is behind the first bytes of pieces. */
export function dropBytes(pieces: Chunks, count: number): Chunks {
  let left = count
  return pieces.flatMap((piece) => {
    const skipped = Math.min(left, piece.length)
    left -= skipped
    return skipped === 0 ? [piece] : skipped < piece.length ? [piece.subarray(skipped)] : []
  })
}

function checkContract(length: number, edits: readonly Edit[]): void {
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
