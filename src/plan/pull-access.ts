import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { placeOf } from '../kube/place.ts'
import type { PullSecrets } from '../kube/pull-secrets.ts'
import { canonicalText, repositoryName } from '../reference/normalize.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import { type Outcomes, resolveDistinct } from './outcome.ts'
import type { ResolveOptions, Resolver } from './resolver.ts'

/** What a registry answers whoever may not see a repository: some say that it is not there. */
const CLOSED = new Set([
  'CREDENTIAL_MISSING',
  'REGISTRY_DENIED',
  'REGISTRY_REFUSED',
  'MANIFEST_UNKNOWN',
  'REPOSITORY_UNKNOWN',
])

/**
 * Reports images that the cluster will not be able to pull: a credential was needed to resolve them, and their workload
 * names no pull secret. Where a credential was used, that need not mean that it was needed: so one image of each such
 * repository is asked for once more, without any.
 *
 * @param findSecrets is only called where a credential was used
 */
export async function accessFindings(
  decisions: readonly Decision[],
  outcomes: Outcomes,
  findSecrets: () => PullSecrets,
  resolver: Resolver,
  options: ResolveOptions,
  source: Source,
): Promise<Diagnostic[]> {
  const credited = decisions.flatMap((decision) => {
    const origin = originOf(decision, outcomes)
    const isKnown = decision.kind === 'pin' && origin?.credential !== undefined
    return isKnown && decision.field.podSpec !== undefined ? [{ decision, origin }] : []
  })
  if (credited.length === 0) return []
  const secrets = findSecrets()
  const doubtful = credited.filter(({ decision }) => secrets.namesFor(decision.field).length === 0)
  const byRepository = new Map(
    doubtful.map(({ decision }) => [repositoryName(decision.asked), decision.asked]),
  )
  const probes = [...byRepository.values()].map((reference) => ({ reference }))
  const open = await resolveDistinct(probes, resolver, { ...options, anonymous: true })
  return doubtful.flatMap(({ decision, origin }): Diagnostic[] => {
    const probe = byRepository.get(repositoryName(decision.asked))
    const outcome = probe && open.get(canonicalText(probe))
    if (outcome?.kind !== 'failed' || !CLOSED.has(outcome.error.code)) return []
    const args = { image: decision.field.image, source: origin.credential ?? '', registry: origin.from }
    const at = placeOf(decision.field, source)
    return [{ code: 'IMAGE_PULL_SECRET_MISSING', severity: 'warning', args, at }]
  })
}

function originOf(decision: Decision, outcomes: Outcomes) {
  const outcome = decision.kind === 'pin' ? outcomes.get(canonicalText(decision.asked)) : undefined
  return outcome?.kind === 'resolved' ? outcome.resolution.origin : undefined
}
