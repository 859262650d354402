import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { placeOf } from '../kube/place.ts'
import { manifestKind } from '../oci/media-type.ts'
import { canonicalText } from '../reference/normalize.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import { type Outcomes, resolveDistinct } from './outcome.ts'
import { withoutDigest } from './question.ts'
import type { Resolution, ResolveOptions, Resolver } from './resolver.ts'
import { unrewritten } from './subject.ts'

/**
 * Reports what registries say of digests that stood in the manifests: one that is not there is an error, whatever the
 * profile allows, since nothing could pull it; a tag that names another digest by now is worth knowing. What could not be
 * found out weighs as much as an image that does not resolve.
 *
 * @param outcomes hold something only where digests were asked about
 * @param resolver is asked once more where a platform's manifest was pinned and the tag names an index
 */
export async function driftFindings(
  decisions: readonly Decision[],
  profile: Profile,
  outcomes: Outcomes,
  resolver: Resolver,
  options: ResolveOptions,
  source: Source,
): Promise<Diagnostic[]> {
  const found = decisions.map((one) => driftOf(one, profile, outcomes, resolver, options, source))
  return (await Promise.all(found)).flat()
}

async function driftOf(
  decision: Decision,
  profile: Profile,
  outcomes: Outcomes,
  resolver: Resolver,
  options: ResolveOptions,
  source: Source,
): Promise<Diagnostic[]> {
  if (decision.kind !== 'keep' || decision.reference.digest === undefined) return []
  const { field } = decision
  const pinned = unrewritten(decision.reference, profile)
  const existence = outcomes.get(canonicalText(pinned))
  if (existence === undefined) return []
  const at = placeOf(field, source)
  if (existence.kind === 'failed') {
    const { code, args } = existence.error
    const isGone = code === 'MANIFEST_UNKNOWN' || code === 'REPOSITORY_UNKNOWN' || code === 'DIGEST_MISMATCH'
    const severity = isGone || profile.unresolved === 'deny' ? 'error' : 'warning'
    return [{ code, severity, args: { ...args, image: field.image }, at }]
  }
  const tagged = withoutDigest(pinned)
  const now = tagged && outcomes.get(canonicalText(tagged))
  if (tagged === undefined || now?.kind !== 'resolved') return []
  const was = existence.resolution
  // Where a platform is wanted, both answers are that platform's, and an index is still the one that was pinned.
  if (now.resolution.descriptor.digest === was.descriptor.digest) return []
  const digest =
    (await digestInIndex(pinned, tagged, was, now.resolution, resolver, options)) ??
    now.resolution.descriptor.digest
  if (digest === was.descriptor.digest) return []
  const args = { image: field.image, tag: pinned.tag ?? '', digest }
  return [{ code: 'IMAGE_DIGEST_DRIFTED', severity: 'warning', args, at }]
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
  resolver: Resolver,
  options: ResolveOptions,
): Promise<Digest | undefined> {
  const isIndex = ({ descriptor }: Resolution): boolean => manifestKind(descriptor.mediaType) === 'index'
  if (isIndex(was) || !isIndex(now)) return undefined
  const asking = { ...options, fresh: true }
  const known = await resolveDistinct([{ reference: pinned, wantPlatforms: true }], resolver, asking)
  const [outcome] = known.values()
  const platform = outcome?.kind === 'resolved' ? outcome.resolution.descriptor.platforms?.[0] : undefined
  if (platform === undefined) return undefined
  const held = await resolveDistinct([{ reference: tagged }], resolver, { ...asking, platform })
  const [child] = held.values()
  return child?.kind === 'resolved' ? child.resolution.descriptor.digest : undefined
}
