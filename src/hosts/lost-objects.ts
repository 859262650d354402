import { Buffer } from 'node:buffer'
import { PinpullError } from '../diagnostics/errors.ts'
import { type Chunks, coalesceChunks } from '../yaml/edit/splice.ts'

/**
 * Checks that the output has at least as many objects as the input. Helm 3, kustomize, kpt and Argo CD take empty output with
 * exit code 0 for "there are no objects", and delete those that they had applied.
 *
 * It counts the keys `kind` in the bytes and uses no YAML reader, so that a defect in a reader cannot hide a loss.
 *
 * @param before the input
 * @param after the output in chunks
 * @throws {PinpullError} OBJECTS_LOST
 */
export function checkNoObjectsLost(before: Uint8Array, after: Chunks): void {
  if (after.length === 1 && after[0] === before) return
  const counts = { before: countKinds([before]), after: countKinds(coalesceChunks(after, CHUNK_BYTES)) }
  if (counts.after < counts.before) throw new PinpullError('OBJECTS_LOST', counts)
}

const CHUNK_BYTES = 1 << 20
const KIND = Buffer.from('kind')
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const COLON = 0x3a

/** Counts the keys `kind`, quoted or not, in block style, flow style and JSON. */
function countKinds(chunks: Iterable<Uint8Array>): number {
  let count = 0
  let rest: Uint8Array = new Uint8Array()
  for (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    // What may be part of a key at the end of a chunk is searched together with the next chunk.
    const end = endOfCompleteKeys(bytes)
    count += countIn(bytes, end)
    // Copied, because the next chunk may reuse the memory of this one. A Buffer's `slice` would not copy.
    rest = Uint8Array.from(bytes.subarray(end))
  }
  return count + countIn(rest, rest.length)
}

/** The offset after the last byte that cannot be part of a key, or lie between a key and its colon. */
function endOfCompleteKeys(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && isPart(bytes[end - 1] as number)) end -= 1
  return end
}

function isPart(byte: number): boolean {
  return KIND.includes(byte) || byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE || isSpace(byte)
}

/** Counts the keys that begin before an offset. */
function countIn(bytes: Uint8Array, end: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let count = 0
  for (let at = buffer.indexOf(KIND); at !== -1 && at < end; at = buffer.indexOf(KIND, at + KIND.length)) {
    if (endsKey(buffer, at + KIND.length)) count += 1
  }
  return count
}

/** Whether a colon follows as after a key. `kind:1.0` is not a key but an image: it has no space after the colon. */
function endsKey(bytes: Uint8Array, from: number): boolean {
  const isQuoted = bytes[from] === DOUBLE_QUOTE || bytes[from] === SINGLE_QUOTE
  let at = isQuoted ? from + 1 : from
  while (isSpace(bytes[at])) at += 1
  if (bytes[at] !== COLON) return false
  return isQuoted || at + 1 === bytes.length || isSpace(bytes[at + 1])
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}
