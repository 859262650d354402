import type { Signer, VerifiedSigner } from './lock.ts'

/** How the signer of a new digest differs from the locked one's. */
export type SignerChange =
  /** Nothing, or less than before, is verified about the new digest: `lacks` says what. */
  | { readonly kind: 'SIGNER_LOST'; readonly before: string; readonly lacks: readonly string[] }
  | { readonly kind: 'SIGNER_CHANGED'; readonly before: string; readonly signer: string }

/**
 * Compares what was verified about a locked digest with what is verified about the one that its tag names now. It does not matter
 * whether the rule accepts both signers: a second key that may sign, or a pattern that is wider than it should be, must not let
 * somebody else take over an image unseen. Attestations are compared each with that of the same type.
 *
 * @param before of the locked digest
 * @param after of the new digest; undefined if it was not verified
 * @param accepts `CoolDown.acceptsSigner`
 * @returns the first change that is not accepted; undefined if the new digest may be taken
 */
export function refusedChange(
  before: VerifiedSigner | undefined,
  after: VerifiedSigner | undefined,
  accepts: (signer: Signer | undefined) => boolean,
): SignerChange | undefined {
  if (before === undefined) return undefined
  const changed = changedSigners(before, after)
  const refused = changed.find((one) => !accepts(one.after))
  if (refused !== undefined) {
    const { type } = refused
    const proof = type === undefined ? '' : ` for its attestation of type ${type}`
    const shown = `${formatSigner(refused.before)}${proof}`
    return { kind: 'SIGNER_CHANGED', before: shown, signer: formatSigner(refused.after) }
  }
  const lacks = lackingOf(before, after, changed.length > 0)
  if (lacks.length === 0 || accepts(undefined)) return undefined
  return { kind: 'SIGNER_LOST', before: formatSigner(before), lacks }
}

/** A signer that is another one now. */
interface ChangedSigner {
  /** The predicate type of the attestation; absent for a signature. */
  readonly type?: string
  readonly before: Signer
  readonly after: Signer
}

function changedSigners(before: VerifiedSigner, after: VerifiedSigner | undefined): readonly ChangedSigner[] {
  if (after === undefined) return []
  const types = new Set(after.attestations?.map(({ type }) => type))
  const kept = (before.attestations ?? []).filter(({ type }) => types.has(type))
  if (kept.length === 0) return isSameSigner(before, after) ? [] : [{ before, after }]
  return kept.flatMap(({ type, signedBy = before }) => {
    const signers = (after.attestations ?? []).flatMap((one) =>
      one.type === type ? [one.signedBy ?? after] : [],
    )
    const [first] = signers
    if (first === undefined || signers.some((one) => isSameSigner(signedBy, one))) return []
    return [{ type, before: signedBy, after: first }]
  })
}

/**
 * Whether two signers are the same. Of a workflow, the tag that it ran for is not compared, since each release has another one; a
 * branch is, since who may push to it differs.
 */
export function isSameSigner(a: Signer, b: Signer): boolean {
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

/**
 * What the new digest lacks, in words: an attestation, or a time that a log or a timestamp vouches for. Who takes over may do without
 * a log, if the rule allows it.
 */
function lackingOf(
  before: VerifiedSigner,
  after: VerifiedSigner | undefined,
  isTakenOver: boolean,
): readonly string[] {
  if (after === undefined) return ['a signature']
  const types = new Set(after.attestations?.map(({ type }) => type))
  const lost = (before.attestations ?? []).filter(({ type }) => !types.has(type))
  const hasLostLog = before.at !== undefined && after.at === undefined && !isTakenOver
  return [
    ...lost.map(({ type }) => `an attestation of type ${type}`),
    ...(hasLostLog ? ['an entry in a transparency log'] : []),
  ]
}

/** Formats a signer for a message: `keys/base.pub`, or the subject with its issuer. */
export function formatSigner({ signer, issuer }: Pick<Signer, 'signer' | 'issuer'>): string {
  return issuer === undefined ? signer : `${signer} (${issuer})`
}
