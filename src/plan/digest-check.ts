import type { Profile } from '../config/profile.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import type { PinpullError } from '../diagnostics/errors.ts'
import { locationOf } from '../kube/location.ts'
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
import { type Lookup, staleMirrorDiagnostics } from './mirror-check.ts'
import {
  isNotFoundError,
  type ResolveResult,
  type ResolveResults,
  resolutionOf,
  resolveDistinct,
  resolveToResult,
} from './resolve-result.ts'
import type { Origin, Resolution, ResolveOptions, Resolver } from './resolver.ts'

/** A digest that was not resolved in this run, because the manifest or the lock file has it. */
interface KnownDigest {
  readonly image: string
  readonly at: Location
  /** The reference with the digest, under the name from before a rewrite. */
  readonly pinned: Reference
  /** The tag beside the digest or in the lock file, without the digest; undefined if there is none. */
  readonly tagged: Reference | undefined
  /** Where the lock file has the digest; undefined if the manifest has it. */
  readonly lock: Origin | undefined
}

interface CheckContext {
  readonly resolver: Resolver
  readonly options: ResolveOptions
}

/**
 * Checks that registries have the digests in the manifests and in the lock file (`--check-digests`). A run does not resolve
 * these digests otherwise.
 *
 * - A missing digest, or one with other contents, is an error, whatever the profile allows: no node can pull it.
 * - If the tag beside a digest in the manifest names another digest, that is a warning (IMAGE_DIGEST_DRIFTED).
 * - If the tag of a digest in the manifest or lock file names another digest or no longer exists, and no other tag of the input
 *   names the digest, that is IMAGE_DIGEST_UNTAGGED, because registries may delete untagged manifests.
 * - If a digest cannot be checked, that is an error with `unresolved: deny` of the profile (rules do not count), else a warning;
 *   if only its tag cannot, a warning.
 * - Every answer of a mirror, also in `results`, is compared with the registry's (`staleMirrorDiagnostics`).
 *
 * @param decisions `skip` decisions are not checked
 * @param results the results of resolving the images of the stream
 * @param context the resolver, which is called with `fresh`, and its options
 */
export async function digestDiagnostics(
  decisions: readonly Decision[],
  profile: Profile,
  results: ResolveResults,
  context: CheckContext,
  source: Source,
): Promise<Diagnostic[]> {
  const { resolver } = context
  const options = { ...context.options, fresh: true }
  const known = decisions.flatMap((decision) => knownDigest(decision, results, source) ?? [])
  const lookups = known.flatMap(lookupsFor)
  const requests = lookups.map(({ reference }) => ({ reference }))
  const checked = await resolveDistinct(requests, resolver, options)
  const tagged = taggedDigests([...results, ...checked])
  const found = await Promise.all(
    known.map((digest) => checkDigest(digest, profile, checked, tagged, { resolver, options })),
  )
  const pinned = decisions.flatMap((decision) => lookupFor(decision, source))
  const all = new Map([...results, ...checked])
  const stale = await staleMirrorDiagnostics([...pinned, ...lookups], all, { resolver, options })
  return [...found.flat(), ...stale]
}

/** What was looked up to pin an image. */
function lookupFor(decision: Decision, source: Source): Lookup[] {
  if (decision.kind !== 'pin') return []
  const { field, image } = decision
  return [{ image: field.image, at: locationOf(field, source), reference: image.lookupReference }]
}

function lookupsFor({ image, at, pinned, tagged }: KnownDigest): Lookup[] {
  const references = tagged === undefined ? [pinned] : [pinned, tagged]
  return references.map((reference) => ({ image, at, reference }))
}

function knownDigest(decision: Decision, results: ResolveResults, source: Source): KnownDigest | undefined {
  if (decision.kind === 'skip') return undefined
  const {
    field,
    image: { lookupReference },
  } = decision
  const where = { image: field.image, at: locationOf(field, source) }
  if (decision.kind === 'keep') {
    if (lookupReference.digest === undefined) return undefined
    return { ...where, pinned: lookupReference, tagged: withoutDigest(lookupReference), lock: undefined }
  }
  const resolution = resolutionOf(decision, results)
  if (resolution?.origin.kind !== 'lock') return undefined
  const { descriptor, origin } = resolution
  return {
    ...where,
    pinned: { ...lookupReference, digest: descriptor.digest },
    tagged: lookupReference.digest === undefined ? lookupReference : withoutDigest(lookupReference),
    lock: origin,
  }
}

/** The tag of a reference that also has a digest; undefined if it has no tag. */
function withoutDigest(reference: Reference): Reference | undefined {
  const { digest: _, ...rest } = reference
  return reference.tag === undefined ? undefined : rest
}

/** The digests that tags name now, as `repository@digest`. Digests from the lock file are left out, because they may be old. */
function taggedDigests(results: readonly (readonly [string, ResolveResult])[]): ReadonlySet<string> {
  const tagged = new Set<string>()
  for (const [reference, result] of results) {
    if (result.kind === 'failed' || result.resolution.origin.kind === 'lock') continue
    if (reference.includes('@')) continue
    const repository = reference.slice(0, reference.lastIndexOf(':'))
    tagged.add(`${repository}@${result.resolution.descriptor.digest}`)
  }
  return tagged
}

async function checkDigest(
  { image, at, pinned, tagged, lock }: KnownDigest,
  profile: Profile,
  results: ResolveResults,
  taggedNow: ReadonlySet<string>,
  context: CheckContext,
): Promise<Diagnostic[]> {
  const existing = results.get(canonicalText(pinned))
  if (existing === undefined) return []
  if (existing.kind === 'failed') {
    return [failedCheckDiagnostic(existing.error, image, at, pinned, lock, profile)]
  }
  const current = tagged && results.get(canonicalText(tagged))
  if (tagged === undefined || current === undefined) return []
  if (current.kind === 'failed' && !isNotFoundError(current.error)) {
    const { code, args } = current.error
    return [{ code, severity: 'warning', args: { ...args, image }, at }]
  }
  const before = existing.resolution
  const digest =
    current.kind === 'failed'
      ? undefined
      : await comparableDigest(pinned, tagged, before, current.resolution, context)
  if (digest === before.descriptor.digest) return []
  const tag = effectiveTag(tagged) ?? ''
  const diagnostics: Diagnostic[] = []
  // A digest in the lock file is meant to differ from its tag.
  if (digest !== undefined && lock === undefined) {
    diagnostics.push({ code: 'IMAGE_DIGEST_DRIFTED', severity: 'warning', args: { image, tag, digest }, at })
  }
  if (!taggedNow.has(`${repositoryName(pinned)}@${pinned.digest}`)) {
    diagnostics.push(untaggedDigestDiagnostic(image, pinned.digest, { tag, digest }, at))
  }
  return diagnostics
}

function failedCheckDiagnostic(
  error: PinpullError,
  image: string,
  at: Location,
  pinned: Reference,
  lock: Origin | undefined,
  { unresolved }: Profile,
): Diagnostic {
  if (lock !== undefined && isNotFoundError(error))
    return missingDigestDiagnostic(error, image, pinned, lock, at)
  const isWrong = isNotFoundError(error) || error.code === 'DIGEST_MISMATCH'
  const severity = isWrong || unresolved === 'deny' ? 'error' : 'warning'
  return { code: error.code, severity, args: { ...error.args, image }, at }
}

/** The digest that a tag names now: the index's, or one platform's if that is what was pinned. */
async function comparableDigest(
  pinned: Reference,
  tagged: Reference,
  before: Resolution,
  now: Resolution,
  context: CheckContext,
): Promise<Digest> {
  const { digest } = now.descriptor
  // With `--platform` both results are that platform's manifest, and equal even if an index was pinned.
  if (digest === before.descriptor.digest) return digest
  return (await platformDigest(pinned, tagged, before, now, context)) ?? digest
}

/**
 * If one platform's manifest was pinned (`--platform`) and its tag names an index, finds that platform's manifest in the
 * index.
 * @returns undefined in any other case, or if the platform is not known
 */
async function platformDigest(
  pinned: Reference,
  tagged: Reference,
  before: Resolution,
  now: Resolution,
  { resolver, options }: CheckContext,
): Promise<Digest | undefined> {
  const isIndex = ({ descriptor }: Resolution): boolean => manifestKind(descriptor.mediaType) === 'index'
  if (isIndex(before) || !isIndex(now)) return undefined
  const manifest = await resolveToResult(pinned, resolver, { ...options, wantPlatforms: true })
  const platform = manifest.kind === 'resolved' ? manifest.resolution.descriptor.platforms?.[0] : undefined
  if (platform === undefined) return undefined
  const child = await resolveToResult(tagged, resolver, { ...options, platform })
  return child.kind === 'resolved' ? child.resolution.descriptor.digest : undefined
}

/**
 * Makes the diagnostic for a digest of the lock file that the registry does not have (`LOCK_DIGEST_GONE`, an error).
 * @param error the error of the registry, which names the repository and the registry
 * @param image the value of the image field
 * @param pinned the reference with the digest
 * @param lock the lock file, and the line of the entry
 */
export function missingDigestDiagnostic(
  { args }: Pick<PinpullError, 'args'>,
  image: string,
  { path, domain, digest }: Reference,
  { from, line }: Pick<Origin, 'from' | 'line'>,
  at: Location,
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
 * Makes the diagnostic for a digest that exists but that no tag of the input names any more, so that the registry may delete it
 * (`IMAGE_DIGEST_UNTAGGED`, information). The caller finds that out. That the tag has moved is a diagnostic of its own.
 * @param image the value of the image field
 * @param digest the digest in the manifest or the lock file
 * @param now the tag and the digest that it names now; undefined if the registry no longer has the tag
 */
export function untaggedDigestDiagnostic(
  image: string,
  digest: Digest | undefined,
  now: { readonly tag: string; readonly digest: Digest | undefined },
  at: Location,
): Diagnostic {
  const names = now.digest === undefined ? 'no longer exists' : `names ${now.digest}`
  const args = { image, digest: digest ?? '', tag: now.tag, names }
  return { code: 'IMAGE_DIGEST_UNTAGGED', severity: 'info', args, at }
}
