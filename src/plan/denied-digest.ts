import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { locationAt, locationOf } from '../kube/location.ts'
import { manifestKind } from '../oci/media-type.ts'
import { tryParseReference } from '../reference/parse.ts'
import { canonicalText, type Digest } from '../reference/reference.ts'
import { originalReference } from './match-input.ts'
import { type ResolveResults, resolutionOf, resolveDistinct } from './resolve-result.ts'
import type { ResolveOptions, Resolver } from './resolver.ts'
import type { StreamDecisions } from './stream-decisions.ts'

type Denied = NonNullable<Profile['denyDigests']>

/**
 * Reports images whose digest is denied (`DIGEST_DENIED`, always an error), whatever the profile or an annotation says about the
 * field, and also in fields that no rule covers.
 *
 * @param isResolved whether images that are resolved have errors of their own
 */
export function deniedDigestDiagnostics(
  { source, found, fields }: StreamDecisions,
  denied: Denied,
  isResolved: boolean,
): Diagnostic[] {
  const checked = fields.filter(({ decision }) => !(isResolved && decision.kind === 'pin'))
  const places = [
    ...checked.map(({ decision: { field } }) => ({ image: field.image, at: locationOf(field, source) })),
    ...found.unknown.map((field) => ({ image: field.image, at: locationAt(field, source) })),
  ]
  return places.flatMap(({ image, at }): Diagnostic[] => {
    const digest = tryParseReference(image)?.digest
    const listed = digest && denied.get(digest)
    return listed === undefined
      ? []
      : [{ code: 'DIGEST_DENIED', severity: 'error', args: { image, digest: listed }, at }]
  })
}

/**
 * Reports images that have a digest already, and a denied one in its index (`DIGEST_DENIED`): lists of advisories often have the
 * manifests of platforms. Each index is read for that, unless the lock file has its manifests. Where it cannot be read, that is
 * MANIFESTS_NOT_KNOWN.
 *
 * @param resolver as `withDeniedDigests` makes it
 */
export async function deniedChildDiagnostics(
  { source, fields }: StreamDecisions,
  profile: Profile,
  resolver: Resolver,
  options: ResolveOptions,
): Promise<Diagnostic[]> {
  const pinned = fields.flatMap(({ decision: { kind, field } }) => {
    const reference = kind === 'pin' ? undefined : tryParseReference(field.image)
    const digest = reference?.digest
    // A digest that is on the list itself has an error already.
    if (reference === undefined || digest === undefined || profile.denyDigests?.has(digest) === true)
      return []
    return [{ field, reference: originalReference(reference, profile) }]
  })
  // The digest is that of the manifest, whatever platform is pinned.
  const results = await resolveDistinct(pinned, resolver, { ...options, platform: undefined })
  return pinned.flatMap(({ field, reference }): Diagnostic[] => {
    const result = results.get(canonicalText(reference))
    if (result?.kind !== 'failed') return []
    const at = locationOf(field, source)
    const { code, args } = result.error
    const { image } = field
    return code === 'DIGEST_DENIED'
      ? [{ code, severity: 'error', args: { ...args, image }, at }]
      : [{ code: 'MANIFESTS_NOT_KNOWN', severity: 'warning', args: { image, file: 'this run' }, at }]
  })
}

/**
 * Reports locked indexes whose manifests the lock file does not have, so that a denied one would not be noticed
 * (`MANIFESTS_NOT_KNOWN`, a warning).
 */
export function unknownManifestDiagnostics(
  { source, fields }: StreamDecisions,
  results: ResolveResults,
): Diagnostic[] {
  return fields.flatMap(({ decision }): Diagnostic[] => {
    const resolution = resolutionOf(decision, results)
    if (resolution?.origin.kind !== 'lock') return []
    const { descriptor, origin } = resolution
    const { mediaType, platforms = [] } = descriptor
    if (manifestKind(mediaType) !== 'index' || platforms.some(({ digest }) => digest !== undefined)) return []
    const args = { image: decision.field.image, file: origin.from }
    return [
      { code: 'MANIFESTS_NOT_KNOWN', severity: 'warning', args, at: locationOf(decision.field, source) },
    ]
  })
}

/**
 * Wraps a resolver to fail for every image whose digest is denied, or that has a denied digest in its index, which is read for that.
 */
export function withDeniedDigests(resolver: Resolver, denied: Denied): Resolver {
  return {
    async resolve(reference, options) {
      const resolution = await resolver.resolve(reference, { ...options, wantPlatforms: true })
      const { digest, platforms = [] } = resolution.descriptor
      const found = [digest, ...platforms.flatMap((one): Digest[] => (one.digest ? [one.digest] : []))]
      const listed = found.map((one) => denied.get(one)).find((one) => one !== undefined)
      if (listed === undefined) return resolution
      throw new PinpullError('DIGEST_DENIED', { image: canonicalText(reference), digest: listed })
    },
  }
}
