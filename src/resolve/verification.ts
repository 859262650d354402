import { joinAccount } from '../diagnostics/account.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Attachment, AttachmentSearch, Attachments } from '../oci/attachment.ts'
import { storedDigest } from '../oci/stored-attachment.ts'
import type { Signer, Verification, VerifiedObject, VerifyRequest } from '../plan/verifier.ts'
import type { Digest } from '../reference/reference.ts'
import { formatRefusals } from '../verify/account.ts'
import type { Verdict, VerifiedAttachment } from '../verify/verdict.ts'
import type { AttachmentJudge } from './attachment-judge.ts'

type VerifiedVerdict = Extract<Verdict, { kind: 'verified' }>
type OtherVerdict = Exclude<Verdict, { kind: 'verified' }>

/** How many of the objects that do not count a message lists, and of those that cannot be used. */
const LISTED = 20

/**
 * Makes the result of a verifier from the judgement.
 *
 * @param fromOf returns where an object was found
 */
export function verificationOf(
  { rule, digest }: Pick<VerifyRequest, 'rule' | 'digest'>,
  { by, signer, issuer, at, objects }: VerifiedVerdict,
  fromOf: (attachment: Attachment) => string,
): Verification {
  const [first] = objects
  const other = objects.find((one) => one.digest !== digest)
  const ofImage = { by, signer, ...(issuer === undefined ? {} : { issuer }) }
  return {
    rule: rule.label,
    ...ofImage,
    ...(at === undefined ? {} : { at }),
    objects: objects.map((one) => verifiedObject(one, ofImage)),
    from: first === undefined ? '' : fromOf(first.attachment),
    ...(other === undefined ? {} : { index: other.digest }),
  }
}

function verifiedObject(
  { attachment, type, builder, source, dockerReference, by, signer, issuer }: VerifiedAttachment,
  ofImage: Signer,
): VerifiedObject {
  const isSame = by === ofImage.by && signer === ofImage.signer && issuer === ofImage.issuer
  return {
    bundle: storedDigest(attachment),
    attachment,
    ...(isSame ? {} : { signedBy: { by, signer, ...(issuer === undefined ? {} : { issuer }) } }),
    ...(type === undefined ? {} : { type }),
    ...(builder === undefined ? {} : { builder }),
    ...(source === undefined ? {} : { source }),
    ...(dockerReference === undefined ? {} : { dockerReference }),
  }
}

/**
 * Judges what was found about an image by its rule, for a verifier that needs no search.
 *
 * @param index the index that names the digest, if it may be signed instead
 * @throws {PinpullError} SIGNATURE_MISSING, SIGNATURE_INVALID; VERIFY_SETTINGS_INVALID
 */
export async function judgeFound(
  request: VerifyRequest,
  attachments: Attachments,
  judge: AttachmentJudge,
  index?: Digest,
): Promise<Verification> {
  const judgeBy = await judge.prepare(request.rule)
  const verdict = judgeBy({ digest: request.digest, index }, attachments)
  if (verdict.kind !== 'verified') throw unverifiedError(request, refusalOf(verdict, attachments.searches))
  return verificationOf(request, verdict, () => attachments.searches[0]?.from ?? '')
}

/** Why an image does not verify, in words: what was looked at is not held for them. */
export interface Refusal {
  readonly code: 'SIGNATURE_MISSING' | 'SIGNATURE_INVALID'
  /** What is demanded and was not found. */
  readonly demand: string
  /** What was looked at, as clauses. */
  readonly looked: readonly string[]
}

/** Says why an image does not verify, with everything that was looked at. */
export function refusalOf(verdict: OtherVerdict, searches: readonly AttachmentSearch[]): Refusal {
  return {
    code: verdict.kind === 'missing' ? 'SIGNATURE_MISSING' : 'SIGNATURE_INVALID',
    demand: verdict.unmet.join(' and '),
    looked: [...describeSearches(searches), ...formatRefusals(verdict, LISTED)],
  }
}

/**
 * The error of an image that does not verify.
 * @param hints what else is known, as clauses
 */
export function unverifiedError(
  { reference, rule, digest }: Pick<VerifyRequest, 'reference' | 'rule' | 'digest'>,
  { code, demand, looked }: Refusal,
  hints: readonly string[] = [],
): PinpullError {
  return new PinpullError(code, {
    image: reference.text,
    rule: rule.label,
    demand,
    digest,
    looked: joinAccount([...looked, ...hints]) || 'nothing',
  })
}

/** One clause for each host: `ghcr.io: 1 in referrers, nothing in tag sha256-0123….sig`; and one for each problem. */
function describeSearches(searches: readonly AttachmentSearch[]): readonly string[] {
  const hosts = [...new Set(searches.map(({ from }) => from))]
  return hosts.flatMap((host) => {
    const its = searches.filter(({ from }) => from === host)
    const counts = its
      // Where a search failed as a whole, its problem says so.
      .filter(({ found, problems }) => found > 0 || problems.length === 0)
      .map(({ place, found }) => `${found === 0 ? 'nothing' : found} in ${place}`)
    const all = its.flatMap((one) => one.problems)
    const problems = all.slice(0, LISTED)
    if (all.length > LISTED) problems.push(`${all.length - LISTED} more that cannot be used`)
    return [
      ...(counts.length === 0 ? [] : [`${host}: ${counts.join(', ')}`]),
      ...problems.map((one) => `${host}: ${one}`),
    ]
  })
}
