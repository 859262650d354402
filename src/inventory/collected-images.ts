import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import type { PlanOptions } from '../plan/decision.ts'
import { uneditedFieldDiagnostics } from '../plan/field-diagnostics.ts'
import { resolveDistinct } from '../plan/resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { decideImageFields, type Stream } from '../plan/stream-decisions.ts'
import { isReference, parseReference } from '../reference/parse.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/** An image of a field, and what a command needs to know of the field: not the field itself, which a run need not keep. */
export interface ImageUse<T> {
  /** A reference. */
  readonly image: string
  readonly at: Location
  /** Whether the profile excludes it: then its signature is not verified. */
  readonly isExcluded: boolean
  readonly facts: T
}

/** The images that one stream uses. */
export interface StreamUses<T> {
  readonly uses: readonly ImageUse<T>[]
  /** Of fields that are no plain images. */
  readonly unedited: readonly Diagnostic[]
  /** The diagnostics of fields whose value is no reference. */
  readonly unusable: readonly Diagnostic[]
}

/**
 * Finds every image of a stream, including those that the profile does not pin: nodes need them, too.
 * @param factsOf what is needed of a field later
 */
export function findUses<T>(
  stream: Stream,
  { profile }: PlanOptions,
  factsOf: (field: ImageField) => T,
): StreamUses<T> {
  const { found, source, allFields } = decideImageFields(stream, { profile })
  const unusable: Diagnostic[] = []
  const uses = allFields.flatMap(({ decision, diagnostics }) => {
    const { field } = decision
    const { image } = field
    if (placeholderOf(image) === undefined && isReference(image)) {
      const isExcluded = decision.kind === 'skip' && decision.reason === 'excluded by profile'
      return [{ image, at: locationOf(field, source), isExcluded, facts: factsOf(field) }]
    }
    unusable.push(...diagnostics)
    return []
  })
  return { uses, unedited: uneditedFieldDiagnostics(found, { profile }, source), unusable }
}

/** A resolved image of a field. */
export interface CollectedImage<T> extends ImageUse<T> {
  /** The author's reference. */
  readonly reference: Reference
  /** The reference that was resolved: the author's, with the name from before a rewrite. */
  readonly lookupReference: Reference
  readonly resolution: Resolution
}

export interface CollectedImages<T> {
  readonly images: readonly CollectedImage<T>[]
  /** If there is an error, images are missing. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Resolves the images of some streams.
 *
 * @param toLookup gives a reference the name from before a rewrite
 */
export async function collectImages<T>(
  streams: readonly StreamUses<T>[],
  toLookup: (reference: Reference) => Reference,
  resolver: Resolver,
  options: ResolveOptions,
): Promise<CollectedImages<T>> {
  const lookups = streams.flatMap(({ uses }) =>
    uses.map((use) => {
      const reference = parseReference(use.image)
      return { ...use, reference, lookupReference: toLookup(reference) }
    }),
  )
  const requests = lookups.map(({ lookupReference: reference }) => ({ reference }))
  const results = await resolveDistinct(requests, resolver, options)
  const diagnostics = streams.flatMap(({ unusable }) => unusable)
  const images = lookups.flatMap((use) => {
    const result = results.get(canonicalText(use.lookupReference))
    if (result?.kind === 'resolved') return { ...use, resolution: result.resolution }
    if (result !== undefined) {
      const { code, args } = result.error
      diagnostics.push({ code, severity: 'error', args: { ...args, image: use.image }, at: use.at })
    }
    return []
  })
  return { images, diagnostics }
}
