import type { VerifyRule } from '../config/verify-settings.ts'
import type { Attachment } from '../oci/attachment.ts'
import type { Platform } from '../oci/platform.ts'
import type { Digest, Reference } from '../reference/reference.ts'

/** Who signed. */
export interface Signer {
  readonly by: 'key' | 'identity'
  /** The certificate's subject, or the file of the key as the configuration writes it. */
  readonly signer: string
  /** Who vouched for the subject; absent for a key. */
  readonly issuer?: string
}

/** One object whose signature was verified. */
export interface VerifiedObject {
  /** SHA-256 of the bundle, or of the stored form of a signature or attestation of another format (`storedDigest`). */
  readonly bundle: Digest
  /** The object itself, which the lock file keeps. */
  readonly attachment: Attachment
  /** The predicate type of an attestation; absent for a signature. */
  readonly type?: string
  /** Who signed it, if that is not the signer of the image. */
  readonly signedBy?: Signer
  readonly builder?: string
  readonly source?: string
  /** The image's name in a simple signing payload, which cosign reports and nobody compares. */
  readonly dockerReference?: string
}

/** What was verified about a digest. */
export interface Verification extends Signer {
  /** The label of the rule that demanded it. */
  readonly rule: string
  /** The earliest verified time of the signature, in milliseconds since 1970; absent without a log entry or timestamp. */
  readonly at?: number
  /** The signature or, if attestations are required, those. */
  readonly objects: readonly VerifiedObject[]
  /** The host of the registry or mirror, the layout, or the lock file, that the objects came from. */
  readonly from: string
  /**
   * What is signed, if that is not the digest itself: the index that names it, if the digest is of one platform's manifest. Whoever
   * verifies again has to know both.
   */
  readonly index?: Digest
  /**
   * Reads the bytes of `index`, which the lock file keeps; absent without an index.
   * @returns undefined if they are not there any more
   * @throws {PinpullError} as `Verifier.verify`, if nobody could look
   */
  readonly readIndex?: () => Promise<Uint8Array | undefined>
}

/** An image to verify. */
export interface VerifyRequest {
  /** The original name: not that of a rewrite. */
  readonly reference: Reference
  /** The digest that is pinned: of the index, or of one platform's manifest. */
  readonly digest: Digest
  readonly platform?: Platform | undefined
  readonly rule: VerifyRule
  readonly signal: AbortSignal
}

/** Verifies signatures and attestations of digests. Implemented in `resolve/`. */
export interface Verifier {
  /**
   * @returns what was verified
   * @throws {PinpullError} with a code of `diagnostics/codes/verify.ts` if the image does not verify; with one of `registry.ts` or
   *   `credentials.ts` if it could not be looked at
   */
  verify(request: VerifyRequest): Promise<Verification>
}
