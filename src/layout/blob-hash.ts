import { createHash, type Hash } from 'node:crypto'
import { digestAlgorithm } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import { type Blob, MAX_JSON } from './content.ts'

const BRACE = 0x7b

/**
 * Reads a blob to its end and hashes it.
 *
 * @param digest its name
 * @param chunks its bytes
 * @param size how many there are
 */
export async function readBlob(
  digest: Digest,
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<Blob> {
  const hash = hashFor(digest)
  const kept: Uint8Array[] = []
  let isKept = size <= MAX_JSON
  let read = 0
  for await (const chunk of chunks) {
    hash?.update(chunk)
    if (read === 0 && chunk[0] !== BRACE) isKept = false
    // The chunk's memory may be used again for the next one.
    if (isKept) kept.push(Uint8Array.from(chunk))
    read += chunk.length
  }
  const isIntact = hash !== undefined && digest.endsWith(`:${hash.digest('hex')}`)
  return { size: read, isIntact, ...(isKept ? { json: Buffer.concat(kept) } : {}) }
}

/** Undefined for blake3, which cannot be computed here: such a blob is not taken for intact. */
function hashFor(digest: Digest): Hash | undefined {
  const algorithm = digestAlgorithm(digest)
  return algorithm === 'blake3' ? undefined : createHash(algorithm)
}
