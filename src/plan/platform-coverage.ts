import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type NodePlatform, nodePlatforms } from '../kube/node-platform.ts'
import { placeOf } from '../kube/place.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import { canonicalText } from '../reference/normalize.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import type { Outcomes } from './outcome.ts'

/** Reports an image that has no manifest for a node which its workload may land on. */
export function coverageFindings(decision: Decision, outcomes: Outcomes, source: Source): Diagnostic[] {
  const { field } = decision
  if (decision.kind !== 'pin' || field.podSpec === undefined) return []
  const outcome = outcomes.get(canonicalText(decision.asked))
  const platforms = outcome?.kind === 'resolved' ? outcome.resolution.descriptor.platforms : undefined
  // An image without an index may not say what it is for: then there is nothing to hold against it.
  if (platforms === undefined || platforms.length === 0) return []
  const wanted = nodePlatforms(field.podSpec)
  const missing = wanted.filter((node) => !platforms.some((one) => serves(one, node)))
  if (missing.length === 0) return []
  const args = {
    image: field.image,
    missing: missing
      .map(({ os, architecture }) => (architecture === undefined ? os : `${os}/${architecture}`))
      .join(', '),
    available: platforms.map(formatPlatform).join(', '),
  }
  return [{ code: 'IMAGE_PLATFORM_MISSING', severity: 'warning', args, at: placeOf(field, source) }]
}

/** A node's labels do not tell its variant. */
function serves(platform: Platform, { os, architecture }: NodePlatform): boolean {
  return platform.os === os && (architecture === undefined || platform.architecture === architecture)
}
