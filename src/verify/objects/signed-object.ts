import type { RFC3161Timestamp, X509Certificate } from '@sigstore/core'
import type { SignedEntity } from '@sigstore/verify'

type SignatureContent = SignedEntity['signature']

/** How often something may be repeated in one object; sigstore-go has the same limits (pkg/verify/tlog.go, tsa.go). */
export const MAX_LOG_ENTRIES = 32
export const MAX_TIMESTAMPS = 32

/** A signed object, read but not verified. */
export interface SignedObject {
  /** The bytes that say what was signed. */
  readonly claim:
    | { readonly kind: 'statement'; readonly payload: Buffer; readonly payloadType: string }
    | { readonly kind: 'simple-signing'; readonly payload: Buffer }
    /** The signature is over the content of the digest itself, which was compared. */
    | { readonly kind: 'message' }
  /** Each signature over the claim; only a legacy attestation has more than one. */
  readonly signatures: readonly SignatureContent[]
  /** The signer's certificate; absent if a key signed. */
  readonly certificate: X509Certificate | undefined
  /** Whether a key may be tried although there is a certificate. */
  readonly mayHaveBeenSignedByKey: boolean
  readonly logEntries: SignedEntity['tlogEntries']
  readonly timestamps: readonly RFC3161Timestamp[]
}
