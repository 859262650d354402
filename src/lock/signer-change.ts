import type { VerifiedSigner } from './lock.ts'

/** How the signer of a new digest differs from the locked one's. */
export type SignerChange =
  /** Nothing, or less than before, is verified about the new digest: `lacks` says what. */
  | { readonly kind: 'SIGNER_LOST'; readonly before: string; readonly lacks: readonly string[] }
  | { readonly kind: 'SIGNER_CHANGED'; readonly before: string; readonly signer: string }

/**
 * Compares what was verified about a locked digest with what is verified about the one that its tag names now. It does not matter
 * whether the rule accepts both signers: a second key that may sign, or a pattern that is wider than it should be, must not let
 * somebody else take over an image unseen.
 *
 * @param before of the locked digest
 * @param after of the new digest; undefined if it was not verified
 * @returns undefined if nothing was lost, or nothing was verified before
 */
export function signerChange(
  before: VerifiedSigner | undefined,
  after: VerifiedSigner | undefined,
): SignerChange | undefined {
  if (before === undefined) return undefined
  const shown = formatSigner(before)
  if (after === undefined) return { kind: 'SIGNER_LOST', before: shown, lacks: ['a signature'] }
  if (!isSameSigner(before, after))
    return { kind: 'SIGNER_CHANGED', before: shown, signer: formatSigner(after) }
  const lacks = lackingOf(before, after)
  return lacks.length === 0 ? undefined : { kind: 'SIGNER_LOST', before: shown, lacks }
}

/**
 * Compares signers as `signerChange` does, and leaves out a change that was accepted.
 *
 * @param accepts `CoolDown.acceptsSigner`
 * @returns undefined if the new digest may be taken
 */
export function refusedChange(
  before: VerifiedSigner | undefined,
  after: VerifiedSigner | undefined,
  accepts: (signer: VerifiedSigner | undefined) => boolean,
): SignerChange | undefined {
  const change = signerChange(before, after)
  if (change === undefined) return undefined
  return accepts(change.kind === 'SIGNER_CHANGED' ? after : undefined) ? undefined : change
}

/**
 * Whether two signers are the same. Of a workflow, the tag that it ran for is not compared, since each release has another one; a
 * branch is, since who may push to it differs.
 */
export function isSameSigner(
  a: Pick<VerifiedSigner, 'by' | 'signer' | 'issuer'>,
  b: Pick<VerifiedSigner, 'by' | 'signer' | 'issuer'>,
): boolean {
  return a.by === b.by && a.issuer === b.issuer && isSameName(a.signer, b.signer)
}

/** Whether two names are of the same signer, apart from the tag that a workflow ran for. */
export function isSameName(a: string, b: string): boolean {
  return withoutTag(a) === withoutTag(b)
}

/** GitHub's and GitLab's subjects end with the git reference: `https://github.com/acme/web/.github/workflows/a.yml@refs/tags/v1`. */
function withoutTag(name: string): string {
  return name.replace(/^(https:\/\/.*?@refs\/tags\/).*$/s, '$1')
}

/** What the new digest lacks, in words: an attestation, or a time that a log or a timestamp vouches for. */
function lackingOf(before: VerifiedSigner, after: VerifiedSigner): readonly string[] {
  const types = new Set(after.attestations?.map(({ type }) => type))
  const lost = (before.attestations ?? []).filter(({ type }) => !types.has(type))
  return [
    ...lost.map(({ type }) => `an attestation of type ${type}`),
    ...(before.at !== undefined && after.at === undefined ? ['an entry in a transparency log'] : []),
  ]
}

/** Formats a signer for a message: `keys/base.pub`, or the subject with its issuer. */
export function formatSigner({ signer, issuer }: Pick<VerifiedSigner, 'signer' | 'issuer'>): string {
  return issuer === undefined ? signer : `${signer} (${issuer})`
}
