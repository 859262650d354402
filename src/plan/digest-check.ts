import type { Profile } from '../config/profile.ts'
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import type { PinpullError } from '../diagnostics/errors.ts'
import { placeOf } from '../kube/location.ts'
import { manifestKind } from '../oci/media-type.ts'
import {
  canonicalText,
  type Digest,
  effectiveTag,
  type Reference,
  repositoryName,
} from '../reference/reference.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import { type AskedFor, staleMirrorDiagnostics } from './mirror-check.ts'
import { isNotFound, type ResolveResult, type ResolveResults, resolveDistinct } from './resolve-result.ts'
import type { Origin, Resolution, ResolveOptions, Resolver } from './resolver.ts'
import { originalReference } from './subject.ts'

/** A digest that needs no look-up, since the manifest or the lock file names it. */
interface HeldDigest {
  /** As it stands in the manifest. */
  readonly image: string
  readonly at: Place
  readonly pinned: Reference
  /** The tag that is written beside the digest, or that it was locked for; absent for a digest alone. */
  readonly tagged: Reference | undefined
  /** Where the lock file holds the digest; absent where the manifest names it. */
  readonly lock: Origin | undefined
}

/** The parameters of the check. */
interface Asking {
  readonly resolver: Resolver
  readonly options: ResolveOptions
  /** Called after each answer, with the numbers of answered and of all questions. */
  readonly onAnswer?: (answered: number, all: number) => void
}

/**
 * Checks digests that were not looked up against the registries (`--check-digests`): those in the manifests and those of
 * the lock file.
 *
 * - A missing digest is an error, whatever the profile allows: nothing could pull it.
 * - A digest whose tag now names another one, or is gone, may be deleted by a registry that cleans up, unless another tag
 *   of the same input names it.
 * - A check that fails has the severity of an image that does not resolve.
 * - If a mirror answered, its registry is queried, too.
 *
 * @param outcomes the results of resolving the images of the input
 */
export async function digestDiagnostics(
  decisions: readonly Decision[],
  profile: Profile,
  outcomes: ResolveResults,
  { resolver, options, onAnswer }: Asking,
  source: Source,
): Promise<Diagnostic[]> {
  const held = decisions.flatMap((decision) => heldBy(decision, profile, outcomes, source) ?? [])
  const questions = held.flatMap(referencesOf).map(({ reference }) => ({ reference }))
  const asking = { resolver, options: { ...options, fresh: true } }
  const answers = await resolveDistinct(questions, resolver, asking.options, onAnswer)
  const isNamed = namesOfTags([...outcomes, ...answers])
  const found = await Promise.all(held.map((one) => findingsOf(one, profile, answers, isNamed, asking)))
  const asked = decisions.flatMap((decision) => askedBy(decision, source))
  const stale = await staleMirrorDiagnostics(
    [...asked, ...held.flatMap(referencesOf)],
    new Map([...outcomes, ...answers]),
    asking,
  )
  return [...found.flat(), ...stale]
}

/** What was asked to pin an image. */
function askedBy(decision: Decision, source: Source): AskedFor[] {
  if (decision.kind !== 'pin') return []
  const { field, lookupReference } = decision
  return [{ image: field.image, at: placeOf(field, source), reference: lookupReference }]
}

function referencesOf({ image, at, pinned, tagged }: HeldDigest): AskedFor[] {
  const references = tagged === undefined ? [pinned] : [pinned, tagged]
  return references.map((reference) => ({ image, at, reference }))
}

function heldBy(
  decision: Decision,
  profile: Profile,
  outcomes: ResolveResults,
  source: Source,
): HeldDigest | undefined {
  if (decision.kind === 'leave') return undefined
  const { field } = decision
  const where = { image: field.image, at: placeOf(field, source) }
  if (decision.kind === 'keep') {
    if (decision.reference.digest === undefined) return undefined
    const pinned = originalReference(decision.reference, profile)
    return { ...where, pinned, tagged: withoutDigest(pinned), lock: undefined }
  }
  const { lookupReference } = decision
  const outcome = outcomes.get(canonicalText(lookupReference))
  if (outcome?.kind !== 'resolved' || outcome.resolution.origin.kind !== 'lock') return undefined
  const { descriptor, origin } = outcome.resolution
  const tagged = lookupReference.digest === undefined ? lookupReference : withoutDigest(lookupReference)
  return { ...where, pinned: { ...lookupReference, digest: descriptor.digest }, tagged, lock: origin }
}

/** The tag of a reference with tag and digest, as a reference of its own; undefined where it has no tag. */
function withoutDigest(reference: Reference): Reference | undefined {
  const { digest: _, ...rest } = reference
  return reference.tag === undefined ? undefined : rest
}

/** Tells whether one of the tags that were asked for names a digest now. What the lock file says of a tag is old. */
function namesOfTags(answers: readonly (readonly [string, ResolveResult])[]): (pinned: Reference) => boolean {
  const named = new Set<string>()
  for (const [key, outcome] of answers) {
    if (outcome.kind === 'failed' || outcome.resolution.origin.kind === 'lock' || key.includes('@')) continue
    named.add(`${key.slice(0, key.lastIndexOf(':'))}@${outcome.resolution.descriptor.digest}`)
  }
  return (pinned) => named.has(`${repositoryName(pinned)}@${pinned.digest}`)
}

async function findingsOf(
  { image, at, pinned, tagged, lock }: HeldDigest,
  profile: Profile,
  answers: ResolveResults,
  isNamed: (pinned: Reference) => boolean,
  asking: Asking,
): Promise<Diagnostic[]> {
  const existence = answers.get(canonicalText(pinned))
  if (existence === undefined) return []
  if (existence.kind === 'failed') return [failure(existence.error, image, at, pinned, lock, profile)]
  const now = tagged && answers.get(canonicalText(tagged))
  if (now === undefined) return []
  if (now.kind === 'failed' && !isNotFound(now.error)) {
    const { code, args } = now.error
    return [{ code, severity: 'warning', args: { ...args, image }, at }]
  }
  const was = existence.resolution
  const digest =
    now.kind === 'failed' ? undefined : await digestOfTag(pinned, tagged, was, now.resolution, asking)
  if (digest === was.descriptor.digest) return []
  const tag = (tagged && effectiveTag(tagged)) ?? ''
  const findings: Diagnostic[] = []
  // Where the lock file holds it, that is what the lock file is for.
  if (digest !== undefined && lock === undefined) {
    findings.push({ code: 'IMAGE_DIGEST_DRIFTED', severity: 'warning', args: { image, tag, digest }, at })
  }
  if (!isNamed(pinned)) findings.push(digestUntagged(image, pinned.digest, { tag, digest }, at))
  return findings
}

function failure(
  error: PinpullError,
  image: string,
  at: Place,
  pinned: Reference,
  lock: Origin | undefined,
  { unresolved }: Profile,
): Diagnostic {
  if (lock !== undefined && isNotFound(error)) return lockedDigestMissing(error, image, pinned, lock, at)
  const isWrong = isNotFound(error) || error.code === 'DIGEST_MISMATCH'
  const severity = isWrong || unresolved === 'deny' ? 'error' : 'warning'
  return { code: error.code, severity, args: { ...error.args, image }, at }
}

/** What a tag names now, of the same kind as the digest that was held. */
async function digestOfTag(
  pinned: Reference,
  tagged: Reference | undefined,
  was: Resolution,
  now: Resolution,
  asking: Asking,
): Promise<Digest> {
  const { digest } = now.descriptor
  // Where a platform is wanted, both answers are that platform's, and an index is still the one that was pinned.
  if (tagged === undefined || digest === was.descriptor.digest) return digest
  return (await digestInIndex(pinned, tagged, was, now, asking)) ?? digest
}

/**
 * Where one platform's manifest was pinned (`--platform`), and its tag names an index: what that index holds for the same
 * platform now. Absent where it is not like that, or cannot be found out.
 */
async function digestInIndex(
  pinned: Reference,
  tagged: Reference,
  was: Resolution,
  now: Resolution,
  { resolver, options }: Asking,
): Promise<Digest | undefined> {
  const isIndex = ({ descriptor }: Resolution): boolean => manifestKind(descriptor.mediaType) === 'index'
  if (isIndex(was) || !isIndex(now)) return undefined
  const known = await resolveDistinct([{ reference: pinned, wantPlatforms: true }], resolver, options)
  const [outcome] = known.values()
  const platform = outcome?.kind === 'resolved' ? outcome.resolution.descriptor.platforms?.[0] : undefined
  if (platform === undefined) return undefined
  const held = await resolveDistinct([{ reference: tagged }], resolver, { ...options, platform })
  const [child] = held.values()
  return child?.kind === 'resolved' ? child.resolution.descriptor.digest : undefined
}

/**
 * Reports a locked digest that the registry does not have.
 * @param error what asking for it failed with
 * @param lock where the lock file holds it
 */
export function lockedDigestMissing(
  { args }: Pick<PinpullError, 'args'>,
  image: string,
  { path, domain, digest }: Reference,
  { from, line }: Pick<Origin, 'from' | 'line'>,
  at: Place,
): Diagnostic {
  return {
    code: 'LOCK_DIGEST_GONE',
    severity: 'error',
    args: {
      image,
      digest: digest ?? '',
      repository: args['repository'] ?? path,
      registry: args['registry'] ?? domain,
      where: line === undefined ? from : `line ${line} of ${from}`,
    },
    at,
  }
}

/**
 * Reports a digest that exists, but that the tag it was pinned for no longer names.
 * @param now the tag, and what it names; without a digest where the registry has no such tag
 */
export function digestUntagged(
  image: string,
  digest: Digest | undefined,
  now: { readonly tag: string; readonly digest: Digest | undefined },
  at: Place,
): Diagnostic {
  const names = now.digest === undefined ? 'is not there any more' : `names ${now.digest}`
  const args = { image, digest: digest ?? '', tag: now.tag, names }
  return { code: 'IMAGE_DIGEST_UNTAGGED', severity: 'info', args, at }
}
