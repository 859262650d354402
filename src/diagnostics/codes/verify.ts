import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about signatures and attestations. */
// A profile cannot change their severities: an entry with `mode: warn` makes SIGNATURE_MISSING, SIGNATURE_INVALID and
// IMAGE_NOT_VERIFIABLE warnings. IMAGE_UNVERIFIED is a policy code, since it is about images that no entry is for.
//
// Who throws SIGNATURE_MISSING and SIGNATURE_INVALID gives `digest`, which was to be verified, `demand`, such as `a signature` or `an
// attestation of type https://slsa.dev/provenance/v1`, and `looked`: everything that was looked at, each with its place and the reason
// why it does not count, joined by `joinAccount`, so that each gets a line of its own where there is room. `image`, `profile` and
// `rule` are added in `plan/`.
export type VerifyCode =
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_INVALID'
  | 'IMAGE_NOT_VERIFIABLE'
  | 'VERIFY_SETTINGS_INVALID'
  | 'VERIFY_UNSET'
  | 'VERIFICATION_NOT_STORED'
  | 'SIGNER_CHANGED'
  | 'SIGNER_LOST'

export const verifyCodes: Readonly<Record<VerifyCode, CatalogueEntry>> = {
  SIGNATURE_MISSING: {
    severity: 'error',
    exit: 'input',
    title: 'An image without the signature or attestation that a profile demands',
    message:
      '{image}: profile {profile} demands {demand} ({rule}), and none is attached to {digest}: {looked}',
    hint: 'have its publisher sign this digest (cosign sign); if its signatures are in another repository, set signatureRepository in the profile',
  },
  SIGNATURE_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'An image whose signatures or attestations do not satisfy a profile',
    message:
      '{image}: profile {profile} demands {demand} ({rule}), and what is attached to {digest} does not satisfy that: {looked}',
    hint: 'find out who signed it before you use it; if the signer is right, correct verify in the profile',
  },
  IMAGE_NOT_VERIFIABLE: {
    severity: 'error',
    exit: 'input',
    title: 'An image whose signature a profile demands, but that has no digest to verify',
    message: '{image}: profile {profile} demands that it is verified ({rule}), which is impossible: {reason}',
    hint: 'let it be pinned; or exempt it in the profile itself, with exclude or an earlier entry of verify with mode: warn',
  },
  VERIFY_SETTINGS_INVALID: {
    severity: 'error',
    exit: 'usage',
    title: 'A key or a trusted root that cannot be used',
    message: '{file}, which verify of profile {profile} names, cannot be used: {reason}',
    hint: 'a key is a PEM file with a public key (cosign public-key), a trusted root a file that cosign trusted-root create writes',
  },
  VERIFY_UNSET: {
    severity: 'error',
    exit: 'usage',
    title: 'A profile that demands no signatures',
    message: 'profile {profile} demands no signature (verify), so there is nothing to verify',
    hint: 'demand one in the configuration (docs/verify.md), or name a key for this run: pinpull verify --key cosign.pub FILE',
  },
  VERIFICATION_NOT_STORED: {
    severity: 'error',
    exit: 'input',
    title: 'An image whose signature is not stored beside the lock file',
    message:
      '{image}: profile {profile} demands {demand} ({rule}), and nothing is stored with {file} for {digest}',
    hint: 'lock it again where the registry can be reached, and commit the lock file with its folder: pinpull lock FILE',
  },
  SIGNER_CHANGED: {
    severity: 'error',
    exit: 'input',
    title: 'The new digest of a tag is signed by somebody else',
    message: '{image}: the pinned digest is signed by {before}, and {digest} by {signer}',
    hint: 'ask the publisher whether the signer has changed; if so, name the new one: pinpull {command} --update --accept-signer SIGNER --match {image} FILE',
  },
  SIGNER_LOST: {
    severity: 'error',
    exit: 'input',
    title: 'The new digest of a tag has lost its signature',
    message: '{image}: the pinned digest is signed by {before}, and {digest} lacks {lacks}: {looked}',
    hint: 'ask the publisher: a release that somebody else has pushed looks like this; to accept that, let verify in the profile allow it, and then: pinpull {command} --update --accept-signer none --match {image} FILE',
  },
}
