import { PinpullError } from '../diagnostics/errors.ts'
import { formatTime } from '../lock/format.ts'
import type { VerifiedSigner } from '../lock/lock.ts'
import type { StoredObjects } from '../lock/signature-store.ts'
import type { SignerChange } from '../lock/signer-change.ts'
import { storedForm } from '../oci/stored-attachment.ts'
import type { ResolveOptions } from '../plan/resolver.ts'
import type { Verification, Verifier, VerifyRequest } from '../plan/verifier.ts'
import type { Digest, Reference } from '../reference/reference.ts'

/** What came of verifying a digest before it is locked. */
export type DigestVerification =
  | { readonly kind: 'verified'; readonly verified: VerifiedSigner }
  /** No rule is for the image. */
  | { readonly kind: 'not demanded' }
  /** It does not verify. Unless the rule enforces that it does, the error is a warning. */
  | { readonly kind: 'refused'; readonly error: PinpullError; readonly isEnforced: boolean }

/** Who has signed a digest that verifies. */
export function signerIn(verification: DigestVerification | undefined): VerifiedSigner | undefined {
  return verification?.kind === 'verified' ? verification.verified : undefined
}

/**
 * Verifies a digest before it is locked.
 * @throws {PinpullError} if it could not be looked at
 */
export type VerifyDigest = (
  reference: Reference,
  digest: Digest,
  options: Pick<ResolveOptions, 'platform' | 'signal'>,
) => Promise<DigestVerification>

/** Verifies digests, and collects what is to be stored about them. */
export interface SignatureCollector {
  readonly verify: VerifyDigest
  /** The signatures and attestations of all digests that were verified. */
  readonly objects: StoredObjects
}

export interface SignatureCollectorOptions {
  readonly verifier: Verifier
  /** Finds the rule for an image by its original name; undefined if none is for it. */
  readonly ruleFor: (reference: Reference) => VerifyRequest['rule'] | undefined
  /** The name of the profile that has the rules, for messages. */
  readonly profile: string
}

/** The codes that say of a digest that it does not verify; any other error says that it could not be looked at. */
const REFUSALS = new Set([
  'SIGNATURE_MISSING',
  'SIGNATURE_INVALID',
  'VERIFICATION_NOT_STORED',
  'LOCK_SIGNATURE_INVALID',
])

export function signatureCollector({
  verifier,
  ruleFor,
  profile,
}: SignatureCollectorOptions): SignatureCollector {
  const objects = new Map<Digest, Uint8Array>()
  return {
    objects,
    async verify(reference, digest, { platform, signal }) {
      const rule = ruleFor(reference)
      if (rule === undefined) return { kind: 'not demanded' }
      try {
        const verification = await verifier.verify({ reference, digest, platform, rule, signal })
        for (const { bundle, attachment } of verification.objects) objects.set(bundle, storedForm(attachment))
        const index = await readIndex(verification)
        if (index === undefined) return { kind: 'verified', verified: signerOf(verification) }
        objects.set(index.digest, index.bytes)
        return { kind: 'verified', verified: { ...signerOf(verification), index: index.digest } }
      } catch (error) {
        if (!(error instanceof PinpullError) || !REFUSALS.has(error.code)) throw error
        const { code, args, at } = error
        const refusal = new PinpullError(code, { ...args, profile }, { cause: error, at })
        return { kind: 'refused', error: refusal, isEnforced: rule.mode === 'enforce' }
      }
    },
  }
}

/** Reads the index that is signed in place of the manifest of a platform; undefined if there is none, or it cannot be stored. */
async function readIndex({
  index: digest,
  readIndex: read,
}: Verification): Promise<{ readonly digest: Digest; readonly bytes: Uint8Array } | undefined> {
  if (digest?.startsWith('sha256:') !== true) return undefined
  const bytes = await read?.()
  return bytes === undefined ? undefined : { digest, bytes }
}

/** Makes of what was verified what the lock file says about it. */
export function signerOf({ by, signer, issuer, at, objects }: Verification): VerifiedSigner {
  const signature = objects.find(({ type }) => type === undefined)
  const attestations = objects.flatMap(({ type, bundle, signedBy }) =>
    type === undefined ? [] : [{ type, bundle, ...(signedBy === undefined ? {} : { signedBy }) }],
  )
  return {
    by,
    signer,
    ...(issuer === undefined ? {} : { issuer }),
    ...(at === undefined ? {} : { at: formatTime(at) }),
    ...(signature === undefined ? {} : { bundle: signature.bundle }),
    ...(attestations.length === 0 ? {} : { attestations }),
  }
}

/**
 * Makes the error of a digest that is not signed as the locked one is.
 *
 * @param digest the new one
 * @param verification what came of verifying it
 */
export function signerError(
  image: string,
  digest: string,
  change: SignerChange,
  verification: DigestVerification | undefined,
): PinpullError {
  const { kind, before } = change
  const args = { image, digest, before, command: 'lock' }
  if (kind === 'SIGNER_CHANGED') return new PinpullError(kind, { ...args, signer: change.signer })
  const looked =
    verification?.kind === 'refused'
      ? String(verification.error.args['looked'] ?? verification.error.code)
      : 'the profile demands none'
  return new PinpullError(kind, { ...args, lacks: change.lacks.join(' and '), looked })
}
