import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { locationOf } from '../kube/location.ts'
import { type NodePlatform, nodePlatforms } from '../kube/pod/node-platform.ts'
import { definedSecrets, findPullSecrets, type PullSecrets, podSecretsOf } from '../kube/pod/pull-secrets.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import { tryParseReference } from '../reference/parse.ts'
import { canonicalText, repositoryName } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import { digestDiagnostics } from './digest-check.ts'
import { immutableTemplateDiagnostics } from './immutable-template.ts'
import { originalReference } from './match-input.ts'
import { type ResolveResults, resolutionOf, resolveDistinct } from './resolve-result.ts'
import type { FindRegistryBlock, ResolveOptions, Resolver } from './resolver.ts'
import { unresolvedSeverity } from './severity.ts'
import type { Stream } from './stream-decisions.ts'

/** The options of `resolutionDiagnostics`, for the checks that contact registries again. */
export interface ResolutionDiagnosticsOptions {
  readonly profile: Profile
  readonly resolver: Resolver
  /** The options with which the images were resolved. */
  readonly resolveOptions: ResolveOptions
  /** Finds images that nodes refuse to pull; absent to skip that check. */
  readonly findBlock?: FindRegistryBlock | undefined
  /** `--check-digests`: whether to check that registries have the digests in the manifests and the lock file. */
  readonly checkDigests?: boolean | undefined
}

/**
 * Reports problems of images that are only known after resolving; references that did not resolve are reported by `planField`.
 *
 * - Without further requests: a platform that an index does not have, a name that was assumed to be rewritten, and a Job that is pinned
 *   without a lock file.
 * - With `checkDigests`: those of `digestDiagnostics`.
 * - With `findBlock`: a kept image whose registry is blocked.
 * - An image that was resolved with a credential, and whose workload has no pull secret: one image of each such repository is
 *   resolved again without credentials, and only a refusal is reported.
 * @param decisions about the image fields of the stream
 * @param results a result for the image of each `pin` decision
 */
export async function resolutionDiagnostics(
  { source, documents }: Pick<Stream, 'source' | 'documents'>,
  decisions: readonly Decision[],
  results: ResolveResults,
  context: ResolutionDiagnosticsOptions,
): Promise<Diagnostic[]> {
  const { profile, resolver, resolveOptions, findBlock } = context
  const diagnostics = [
    ...decisions.flatMap((decision) => platformDiagnostics(decision, results, source)),
    ...decisions.flatMap((decision) => assumedRewriteDiagnostics(decision, profile, results, source)),
    // With `output: as-written` no image changes.
    ...(profile.output === 'as-written'
      ? []
      : immutableTemplateDiagnostics(decisions, (one) => resolutionOf(one, results)?.origin, source)),
  ]
  if (context.checkDigests === true) {
    const check = { resolver, options: resolveOptions }
    diagnostics.push(...(await digestDiagnostics(decisions, profile, results, check, source)))
  }
  if (findBlock !== undefined) {
    // Images that are resolved are judged by the resolver.
    const kept = decisions.flatMap(({ kind, field }) =>
      kind === 'keep' ? [{ image: field.image, at: locationOf(field, source) }] : [],
    )
    diagnostics.push(...(await blockedRegistryDiagnostics(kept, profile, findBlock)))
  }
  const findSecrets = (): PullSecrets => findPullSecrets([definedSecrets(documents)])
  diagnostics.push(
    ...(await pullSecretDiagnostics(decisions, results, findSecrets, resolver, resolveOptions, source)),
  )
  return diagnostics
}

/** Reports an image that has no manifest for a platform that its workload's `nodeSelector` or affinity asks for. */
function platformDiagnostics(decision: Decision, results: ResolveResults, source: Source): Diagnostic[] {
  const { field } = decision
  // Only an index lists platforms; what a single manifest is for is unknown.
  const { platforms = [] } = resolutionOf(decision, results)?.descriptor ?? {}
  if (field.podSpec === undefined || platforms.length === 0) return []
  const missing = nodePlatforms(field.podSpec).filter((node) => !platforms.some((one) => matches(one, node)))
  if (missing.length === 0) return []
  const args = {
    image: field.image,
    missing: missing
      .map(({ os, architecture }) => (architecture === undefined ? os : `${os}/${architecture}`))
      .join(', '),
    available: platforms.map(formatPlatform).join(', '),
  }
  return [{ code: 'IMAGE_PLATFORM_MISSING', severity: 'warning', args, at: locationOf(field, source) }]
}

/** Variants are ignored: a node has no label for its own. */
function matches(platform: Platform, { os, architecture }: NodePlatform): boolean {
  return platform.os === os && (architecture === undefined || platform.architecture === architecture)
}

/**
 * Reports a name that looks rewritten, so that its original was resolved instead. The name alone cannot tell: the image
 * may have been at the mirror's host from the start. An entry of the lock file settles it.
 */
function assumedRewriteDiagnostics(
  decision: Decision,
  profile: Profile,
  results: ResolveResults,
  source: Source,
): Diagnostic[] {
  if (decision.kind !== 'pin') return []
  const { field, reference, image } = decision
  const { lookupReference } = image
  if (lookupReference === reference) return []
  const original = repositoryName(lookupReference)
  const isLocked = resolutionOf(decision, results)?.origin.kind === 'lock'
  if (original === repositoryName(reference) || isLocked) return []
  const args = { image: field.image, original, profile: profile.name }
  return [{ code: 'IMAGE_REWRITE_ASSUMED', severity: 'warning', args, at: locationOf(field, source) }]
}

/**
 * Reports images that nodes refuse to pull because their registry is blocked: an error if the profile has `unresolved: deny`,
 * else a warning.
 * @param images values of image fields and their locations; those that are not references are ignored
 * @param profile its rewrites are reversed for the check
 * @returns at most one diagnostic for each image, in their order
 */
export async function blockedRegistryDiagnostics(
  images: readonly Pick<ImageEntry, 'image' | 'at'>[],
  profile: Profile,
  findBlock: FindRegistryBlock,
): Promise<Diagnostic[]> {
  const found = await Promise.all(
    images.map(async ({ image, at }): Promise<Diagnostic[]> => {
      const reference = tryParseReference(image)
      const block = reference && (await findBlock(originalReference(reference, profile)))
      if (block === undefined) return []
      const { code, args } = block
      return [{ code, severity: unresolvedSeverity(block, profile.unresolved), args: { ...args, image }, at }]
    }),
  )
  return found.flat()
}

/** How registries answer requests for a private repository without credentials; some hide that it exists. */
const PRIVATE = new Set([
  'CREDENTIAL_MISSING',
  'REGISTRY_DENIED',
  'REGISTRY_REFUSED',
  'MANIFEST_UNKNOWN',
  'REPOSITORY_UNKNOWN',
])

/**
 * Reports images that the cluster cannot pull: they need a credential, and their workload has no pull secret. That a
 * credential was used does not mean that it was needed, so one image of each repository is resolved again without any.
 *
 * @param findSecrets only called if a credential was used
 */
async function pullSecretDiagnostics(
  decisions: readonly Decision[],
  results: ResolveResults,
  findSecrets: () => PullSecrets,
  resolver: Resolver,
  options: ResolveOptions,
  source: Source,
): Promise<Diagnostic[]> {
  const authenticated = decisions.flatMap((decision) => {
    const origin = resolutionOf(decision, results)?.origin
    if (decision.kind !== 'pin' || decision.field.podSpec === undefined) return []
    return origin?.credential === undefined ? [] : [{ decision, origin, credential: origin.credential }]
  })
  if (authenticated.length === 0) return []
  const secrets = findSecrets()
  const withoutSecret = authenticated.filter(
    ({ decision }) => secrets.namesFor(podSecretsOf(decision.field)).length === 0,
  )
  const byRepository = new Map(
    withoutSecret.map(({ decision: { image } }) => [
      repositoryName(image.lookupReference),
      image.lookupReference,
    ]),
  )
  const requests = [...byRepository.values()].map((reference) => ({ reference }))
  const anonymous = await resolveDistinct(requests, resolver, { ...options, anonymous: true })
  return withoutSecret.flatMap(({ decision, origin, credential }): Diagnostic[] => {
    const { field, image } = decision
    const probed = byRepository.get(repositoryName(image.lookupReference))
    const result = probed && anonymous.get(canonicalText(probed))
    if (result?.kind !== 'failed' || !PRIVATE.has(result.error.code)) return []
    const args = { image: field.image, source: credential, registry: origin.from }
    const at = locationOf(field, source)
    return [{ code: 'IMAGE_PULL_SECRET_MISSING', severity: 'warning', args, at }]
  })
}
