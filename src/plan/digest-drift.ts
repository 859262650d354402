import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { placeOf } from '../kube/place.ts'
import { canonicalText } from '../reference/normalize.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import type { Outcomes } from './outcome.ts'
import { withoutDigest } from './question.ts'
import { unrewritten } from './subject.ts'

/**
 * Reports what registries say of digests that stood in the manifests: one that is not there is an error, whatever the
 * profile allows, since nothing could pull it; a tag that names another digest by now is worth knowing. What could not be
 * found out weighs as much as an image that does not resolve.
 *
 * @param outcomes hold something only where digests were asked about
 */
export function driftFindings(
  decision: Decision,
  profile: Profile,
  outcomes: Outcomes,
  source: Source,
): Diagnostic[] {
  if (decision.kind !== 'keep' || decision.reference.digest === undefined) return []
  const { field } = decision
  const at = placeOf(field, source)
  const pinned = unrewritten(decision.reference, profile)
  const existence = outcomes.get(canonicalText(pinned))
  if (existence === undefined) return []
  if (existence.kind === 'failed') {
    const { code, args } = existence.error
    const isGone = code === 'MANIFEST_UNKNOWN' || code === 'REPOSITORY_UNKNOWN' || code === 'DIGEST_MISMATCH'
    const severity = isGone || profile.unresolved === 'deny' ? 'error' : 'warning'
    return [{ code, severity, args: { ...args, image: field.image }, at }]
  }
  const tagged = withoutDigest(pinned)
  const now = tagged && outcomes.get(canonicalText(tagged))
  if (now?.kind !== 'resolved') return []
  const { digest } = now.resolution.descriptor
  // Where a platform is wanted, both answers are that platform's, and an index is still the one that was pinned.
  if (digest === existence.resolution.descriptor.digest) return []
  const args = { image: field.image, tag: pinned.tag ?? '', digest }
  return [{ code: 'IMAGE_DIGEST_DRIFTED', severity: 'warning', args, at }]
}
