import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { placeOf } from '../kube/place.ts'
import { canonicalText, repositoryName } from '../reference/normalize.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import type { Outcomes } from './outcome.ts'

/**
 * Reports a name that was taken for a rewritten one where a registry was asked for its original: nothing in the name
 * tells whether an image at the mirror's host has been there from the first. What the lock file holds is known.
 */
export function assumedNameFindings(
  decision: Decision,
  profile: Profile,
  outcomes: Outcomes,
  source: Source,
): Diagnostic[] {
  if (decision.kind !== 'pin') return []
  const { field, reference, asked } = decision
  const original = repositoryName(asked)
  const outcome = outcomes.get(canonicalText(asked))
  const isLocked = outcome?.kind === 'resolved' && outcome.resolution.origin.kind === 'lock'
  if (original === repositoryName(reference) || isLocked) return []
  const args = { image: field.image, original, profile: profile.name }
  return [{ code: 'IMAGE_REWRITE_ASSUMED', severity: 'warning', args, at: placeOf(field, source) }]
}
