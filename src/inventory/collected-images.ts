import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import { resolveDistinct } from '../plan/resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import type { StreamDecisions } from '../plan/stream-decisions.ts'
import { isReference, parseReference } from '../reference/parse.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/** A resolved image of a field. */
export interface CollectedImage {
  readonly field: ImageField
  /** The author's reference. */
  readonly reference: Reference
  /** The reference that was resolved: the author's, with the name from before a rewrite. */
  readonly lookupReference: Reference
  readonly resolution: Resolution
}

export interface CollectedImages {
  readonly images: readonly CollectedImage[]
  /** If there is an error, images are missing. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Resolves every image of some streams, including those that the profile does not pin: nodes need them, too. A field whose
 * value is no reference adds the diagnostics of its decision.
 *
 * @param toLookup gives a reference the name from before a rewrite
 */
export async function collectImages(
  streams: readonly StreamDecisions[],
  toLookup: (reference: Reference) => Reference,
  resolver: Resolver,
  options: ResolveOptions,
): Promise<CollectedImages> {
  const diagnostics: Diagnostic[] = []
  const lookups = streams.flatMap(({ source, allFields }) =>
    allFields.flatMap(({ decision: { field }, diagnostics: ofField }) => {
      if (placeholderOf(field.image) !== undefined || !isReference(field.image)) {
        diagnostics.push(...ofField)
        return []
      }
      const reference = parseReference(field.image)
      return { field, source, reference, lookupReference: toLookup(reference) }
    }),
  )
  const requests = lookups.map(({ lookupReference: reference }) => ({ reference }))
  const results = await resolveDistinct(requests, resolver, options)
  const images = lookups.flatMap(({ source, ...image }) => {
    const result = results.get(canonicalText(image.lookupReference))
    if (result?.kind === 'resolved') return { ...image, resolution: result.resolution }
    if (result !== undefined) {
      const { code, args } = result.error
      const at = locationOf(image.field, source)
      diagnostics.push({ code, severity: 'error', args: { ...args, image: image.field.image }, at })
    }
    return []
  })
  return { images, diagnostics }
}
