import type { Profile } from '../config/profile.ts'
import { hasSigners, type VerifyRule } from '../config/verify-settings.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../diagnostics/errors.ts'
import type { Platform } from '../oci/platform.ts'
import { type Digest, type Reference, repositoryName } from '../reference/reference.ts'
import type { VerifiedSigner } from '../report/report.ts'
import type { Decision } from './decision.ts'
import { type ImageToVerify, imagesToVerify } from './images-to-verify.ts'
import type { ResolveResults } from './resolve-result.ts'
import type { Stream, StreamDecisions } from './stream-decisions.ts'
import type { Verification, Verifier } from './verifier.ts'

/** What a run verifies with. */
export interface VerifyOptions {
  /** Its `verify` is not empty. */
  readonly profile: Profile
  /** Absent where a program has none, which is an error. */
  readonly verifier: Verifier | undefined
  /** The platform whose manifests are pinned, instead of indexes. */
  readonly platform: Platform | undefined
  readonly signal: AbortSignal
}

/** What was verified about the image fields of a stream. */
export interface VerifiedImages {
  /** Who signed the digest of each image that was verified. */
  readonly signers: ReadonlyMap<Decision, VerifiedSigner>
  /** Images that must not be written, since they do not verify. */
  readonly refused: ReadonlySet<Decision>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Verifies every image of a stream by the rules of the profile, all of them at the same time, and each digest once: the digest that
 * is going to be written, or the one that the manifest has, under the original name of the image.
 *
 * - With `mode: enforce` it is an error if an image does not verify (SIGNATURE_MISSING, SIGNATURE_INVALID, or that of a registry), or has
 *   no digest that could be verified (IMAGE_NOT_VERIFIABLE); with `mode: warn`, a warning.
 * - An image that no rule is for is IMAGE_UNVERIFIED: information, or a warning if a rule is for it that says nobody who may sign.
 * - Images that the profile excludes are not looked at.
 *
 * @param results of resolving the images of the stream
 * @throws {UsageError} USAGE without a verifier: a profile that demands signatures must not pass unverified
 */
export async function verifyImages(
  stream: Pick<Stream, 'source' | 'documents'>,
  decided: StreamDecisions,
  results: ResolveResults,
  options: VerifyOptions,
): Promise<VerifiedImages> {
  return verifyList(imagesToVerify(stream, decided, results, options.profile), options)
}

/**
 * Verifies images as `verifyImages` does, each by its rule.
 * @throws {UsageError} USAGE without a verifier
 */
export async function verifyList(
  images: readonly ImageToVerify[],
  options: VerifyOptions,
): Promise<VerifiedImages> {
  const { profile, verifier } = options
  if (verifier === undefined) {
    const reason = `profile ${profile.name} demands signatures (verify), and there is no verifier`
    throw new UsageError('USAGE', { reason })
  }
  const verify = verifyOnce(verifier, options)
  const outcomes = await Promise.all(
    images.map(async (image) => ({ image, outcome: await outcomeOf(image, verify) })),
  )
  return {
    signers: new Map(
      outcomes.flatMap(({ image: { decision }, outcome }) =>
        decision !== undefined && outcome.kind === 'verified'
          ? [[decision, signerOf(outcome.verification)] as const]
          : [],
      ),
    ),
    refused: new Set(
      outcomes.flatMap(({ image, outcome }) => {
        const isRefused = outcome.kind === 'failed' && isError(outcome.error, image)
        return isRefused && image.decision !== undefined ? [image.decision] : []
      }),
    ),
    diagnostics: outcomes.flatMap(({ image, outcome }) => diagnosticOf(image, outcome, profile) ?? []),
  }
}

type Outcome =
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'failed'; readonly error: PinpullError }
  /** Nobody says who may sign it, or there is nothing to verify. */
  | { readonly kind: 'not verified' }

type Verify = (reference: Reference, digest: Digest, rule: VerifyRule) => Promise<Outcome>

async function outcomeOf({ reference, digest, rule }: ImageToVerify, verify: Verify): Promise<Outcome> {
  if (rule === undefined || !hasSigners(rule) || reference === undefined || digest === undefined)
    return { kind: 'not verified' }
  return verify(reference, digest, rule)
}

/** Verifies each digest of a repository once for each rule. */
function verifyOnce(verifier: Verifier, { platform, signal }: VerifyOptions): Verify {
  const known = new Map<string, Promise<Outcome>>()
  return (reference, digest, rule) => {
    const key = JSON.stringify([repositoryName(reference), digest, rule.label])
    const outcome =
      known.get(key) ??
      verifier.verify({ reference, digest, platform, rule, signal }).then(
        (verification): Outcome => ({ kind: 'verified', verification }),
        (error: unknown): Outcome => {
          if (error instanceof PinpullError) return { kind: 'failed', error }
          throw error
        },
      )
    known.set(key, outcome)
    return outcome
  }
}

function diagnosticOf(image: ImageToVerify, outcome: Outcome, profile: Profile): Diagnostic | undefined {
  const { rule, obstacle } = image
  const args = { image: image.image, profile: profile.name }
  if (outcome.kind === 'verified') return undefined
  if (outcome.kind === 'failed') {
    const { code, args: found } = outcome.error
    const severity = isError(outcome.error, image) ? 'error' : 'warning'
    return { code, severity, args: { ...found, ...args, rule: rule?.label ?? '' }, at: image.at() }
  }
  if (rule === undefined || !hasSigners(rule)) {
    if (image.reference === undefined) return undefined
    const severity = rule === undefined ? 'info' : 'warning'
    const reason =
      rule === undefined
        ? 'no entry of verify is for it'
        : `${rule.label} of verify names neither keys nor identities`
    return { code: 'IMAGE_UNVERIFIED', severity, args: { ...args, reason }, at: image.at() }
  }
  if (obstacle === undefined) return undefined
  const severity = isEnforced(image) ? 'error' : 'warning'
  const details = { ...args, rule: rule.label, reason: obstacle }
  return { code: 'IMAGE_NOT_VERIFIABLE', severity, args: details, at: image.at() }
}

/** Settings that cannot be used are a mistake whatever the mode. */
function isError({ code }: PinpullError, image: ImageToVerify): boolean {
  return isEnforced(image) || code === 'VERIFY_SETTINGS_INVALID'
}

function isEnforced({ rule, isForeign = false }: ImageToVerify): boolean {
  return rule?.mode === 'enforce' && !isForeign
}

/** What a report says about a verification. */
export function signerOf({ rule, by, signer, issuer, at, objects, from }: Verification): VerifiedSigner {
  const attestations = objects.flatMap(({ type, builder, source, signedBy }) =>
    type === undefined
      ? []
      : [
          {
            type,
            ...(builder === undefined ? {} : { builder }),
            ...(source === undefined ? {} : { source }),
            ...(signedBy === undefined ? {} : { signedBy }),
          },
        ],
  )
  return {
    rule,
    by,
    signer,
    ...(issuer === undefined ? {} : { issuer }),
    ...(at === undefined ? {} : { at: new Date(at).toISOString().replace('.000Z', 'Z') }),
    from,
    ...(attestations.length === 0 ? {} : { attestations }),
  }
}
