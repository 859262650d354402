import { createHash } from 'node:crypto'
import { digestAlgorithm } from './digest.ts'
import type { Digest } from './reference.ts'

/** The algorithms that a digest can be computed with (go-digest `algorithm.go`; OCI image-spec, descriptor.md). */
export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512'

/** Computes a digest. */
export function computeDigest(algorithm: DigestAlgorithm, bytes: Uint8Array): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest
}

/** Whether the algorithm of a digest is supported; blake3 is not. */
export function canVerify(digest: Digest): boolean {
  return isComputable(digestAlgorithm(digest))
}

/** Whether the content has this digest. False for unsupported algorithms: see `canVerify`. */
export function verifyDigest(digest: Digest, bytes: Uint8Array): boolean {
  const algorithm = digestAlgorithm(digest)
  return isComputable(algorithm) && computeDigest(algorithm, bytes) === digest
}

function isComputable(algorithm: string): algorithm is DigestAlgorithm {
  return algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512'
}
