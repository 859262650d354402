import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { placeOf } from '../kube/location.ts'
import { type NodePlatform, nodePlatforms } from '../kube/pod/node-platform.ts'
import type { PullSecrets } from '../kube/pod/pull-secrets.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import { referenceOrNone } from '../reference/parse.ts'
import { canonicalText, repositoryName } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import { type ResolveResults, resolveDistinct } from './resolve-result.ts'
import type { FindBlock, ResolveOptions, Resolver } from './resolver.ts'
import { unresolvedSeverity } from './severity.ts'
import { originalReference } from './subject.ts'

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
export async function pullSecretDiagnostics(
  decisions: readonly Decision[],
  outcomes: ResolveResults,
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
    doubtful.map(({ decision }) => [repositoryName(decision.lookupReference), decision.lookupReference]),
  )
  const probes = [...byRepository.values()].map((reference) => ({ reference }))
  const open = await resolveDistinct(probes, resolver, { ...options, anonymous: true })
  return doubtful.flatMap(({ decision, origin }): Diagnostic[] => {
    const probe = byRepository.get(repositoryName(decision.lookupReference))
    const outcome = probe && open.get(canonicalText(probe))
    if (outcome?.kind !== 'failed' || !CLOSED.has(outcome.error.code)) return []
    const args = { image: decision.field.image, source: origin.credential ?? '', registry: origin.from }
    const at = placeOf(decision.field, source)
    return [{ code: 'IMAGE_PULL_SECRET_MISSING', severity: 'warning', args, at }]
  })
}

function originOf(decision: Decision, outcomes: ResolveResults) {
  const outcome = decision.kind === 'pin' ? outcomes.get(canonicalText(decision.lookupReference)) : undefined
  return outcome?.kind === 'resolved' ? outcome.resolution.origin : undefined
}

/** Reports an image that has no manifest for a node which its workload may land on. */
export function platformDiagnostics(
  decision: Decision,
  outcomes: ResolveResults,
  source: Source,
): Diagnostic[] {
  const { field } = decision
  if (decision.kind !== 'pin' || field.podSpec === undefined) return []
  const outcome = outcomes.get(canonicalText(decision.lookupReference))
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

/**
 * Reports a name that was taken for a rewritten one where a registry was asked for its original: nothing in the name
 * tells whether an image at the mirror's host has been there from the first. What the lock file holds is known.
 */
export function assumedRewriteDiagnostics(
  decision: Decision,
  profile: Profile,
  outcomes: ResolveResults,
  source: Source,
): Diagnostic[] {
  if (decision.kind !== 'pin') return []
  const { field, reference, lookupReference } = decision
  const original = repositoryName(lookupReference)
  const outcome = outcomes.get(canonicalText(lookupReference))
  const isLocked = outcome?.kind === 'resolved' && outcome.resolution.origin.kind === 'lock'
  if (original === repositoryName(reference) || isLocked) return []
  const args = { image: field.image, original, profile: profile.name }
  return [{ code: 'IMAGE_REWRITE_ASSUMED', severity: 'warning', args, at: placeOf(field, source) }]
}

/**
 * Holds images that no registry is asked for against a list of blocked registries: one that names its digest already is not
 * pulled from there either.
 *
 * @param entries the images; what is no reference is passed over
 */
export async function blockedDiagnostics(
  entries: readonly ImageEntry[],
  profile: Profile,
  blockOf: FindBlock,
): Promise<Diagnostic[]> {
  const found = await Promise.all(
    entries.map(async ({ image, at }): Promise<Diagnostic[]> => {
      const reference = referenceOrNone(image)
      const block = reference && (await blockOf(originalReference(reference, profile)))
      if (block === undefined) return []
      const { code, args } = block
      return [{ code, severity: unresolvedSeverity(block, profile.unresolved), args: { ...args, image }, at }]
    }),
  )
  return found.flat()
}
