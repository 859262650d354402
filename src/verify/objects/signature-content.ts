import { createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { SignedEntity } from '@sigstore/verify'

/**
 * The hash functions that a signer may have used with a key. cosign takes SHA-256 with every key unless it is told otherwise,
 * and Fulcio's clients the one that fits the curve; the bundle does not say which.
 */
const HASHES = ['sha256', 'sha384', 'sha512']
const HASH_BY_LENGTH: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' }

/** What a signature is over. */
export interface Signed {
  /** The bytes that the signature is over. */
  readonly bytes: Buffer
  /** The payload that log entries of DSSE envelopes have the hash of; the same bytes for other signatures. */
  readonly payload: Buffer
  readonly signature: Buffer
  /** What timestamps are over, if that is not the signature. */
  readonly timestamped?: Buffer | undefined
}

/** Presents a signature to the library in the form that it verifies: with every hash function that may be meant. */
export function signatureContent({
  bytes,
  payload,
  signature,
  timestamped,
}: Signed): SignedEntity['signature'] {
  return {
    // The library reads this for timestamps only.
    signature: timestamped ?? signature,
    compareSignature: (other) => isSame(other, signature),
    compareDigest: (digest) => isDigestOf(digest, payload),
    compareSignedDigest: (digest) => isDigestOf(digest, bytes),
    verifySignature: (key) => isSignedBy(key, bytes, signature),
  }
}

/** DSSE's pre-authentication encoding (secure-systems-lab/dsse, protocol.md). */
export function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

function isSignedBy(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  const hashes = key.asymmetricKeyType === 'ed25519' ? [null] : HASHES
  return hashes.some((hash) => {
    try {
      return verify(hash, bytes, key, signature)
    } catch {
      // OpenSSL throws on some signatures and keys that are malformed.
      return false
    }
  })
}

function isDigestOf(digest: Buffer, bytes: Buffer): boolean {
  const algorithm = HASH_BY_LENGTH[digest.length]
  return algorithm !== undefined && isSame(digest, createHash(algorithm).update(bytes).digest())
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
