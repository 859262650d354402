import type { Attachment } from '../oci/attachment.ts'
import type { Digest } from '../reference/reference.ts'

/** Who signed an object, and when: all of it verified. */
export interface VerifiedSigner {
  readonly by: 'key' | 'identity'
  /** The certificate's subject, or the name of the key. */
  readonly signer: string
  /** Absent for a key. */
  readonly issuer?: string | undefined
  /** The earliest verified time, in milliseconds since 1970; absent without a log entry or timestamp that has one. */
  readonly at?: number | undefined
}

/** A signed object that was verified and is what was demanded. */
export interface VerifiedAttachment extends VerifiedSigner {
  readonly attachment: Attachment
  /** What was signed: the digest that is pinned, or the index that names it. */
  readonly digest: Digest
  /** The predicate type of an attestation; absent for a signature. */
  readonly type?: string | undefined
  /** Of a SLSA provenance. */
  readonly builder?: string | undefined
  readonly source?: string | undefined
  /** The name in a simple signing payload; nobody compares it. */
  readonly dockerReference?: string | undefined
}

/** Why an object does not count. All texts are printable. */
export interface RefusedAttachment {
  readonly attachment: Attachment
  /** What it is: `bundle with a signature`, `attestation of https://slsa.dev/provenance/v1`. */
  readonly what: string
  readonly reason: string
  readonly wanted?: string | undefined
  readonly found?: string | undefined
  /** Whether it is of the kind that is demanded: a signature, or an attestation of a demanded type. */
  readonly counts: boolean
}

/**
 * The judgement on an image.
 *
 * - `verified`: all that is demanded is there
 * - `missing`: nothing is attached that could count
 * - `invalid`: something is, and does not satisfy the demand
 */
export type Verdict =
  | (VerifiedSigner & {
      readonly kind: 'verified'
      /** The signature, or for each demanded attestation the one that satisfies it. */
      readonly objects: readonly VerifiedAttachment[]
      readonly refused: readonly RefusedAttachment[]
    })
  | {
      readonly kind: 'missing' | 'invalid'
      /** What is demanded and was not found, each as a phrase. */
      readonly unmet: readonly string[]
      readonly refused: readonly RefusedAttachment[]
      /** How many objects were left out, since there are too many or they are too large together. */
      readonly notLookedAt: number
    }
