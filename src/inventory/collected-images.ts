import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/location.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import { resolveDistinct } from '../plan/resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { isReference, parseReference } from '../reference/parse.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import type { Source } from '../yaml/source.ts'

/** A field that holds an image, with what the image is. */
export interface CollectedImage {
  readonly field: ImageField
  /** As the author wrote it. */
  readonly reference: Reference
  /** What was asked about: the name before a rewrite to a private mirror. */
  readonly lookupReference: Reference
  readonly resolution: Resolution
}

export interface Collected {
  readonly images: readonly CollectedImage[]
  /** Where there is an error among them, images are missing. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Some fields, in the text that they were found in. */
export interface FieldSource {
  readonly source: Source
  readonly fields: readonly ImageField[]
  /** What there is to say of a field whose value names no image; nothing where the profile leaves the field alone. */
  readonly diagnosticsOf: (field: ImageField) => readonly Diagnostic[]
}

/**
 * Resolves every image of some streams, whatever a profile does about it: one that is excluded from pinning has to
 * be on the nodes, too.
 *
 * @param original gives a reference the name that it had before a rewrite
 */
export async function collectImages(
  streams: readonly FieldSource[],
  original: (reference: Reference) => Reference,
  resolver: Resolver,
  options: ResolveOptions,
): Promise<Collected> {
  const diagnostics: Diagnostic[] = []
  const lookedUp = streams.flatMap(({ source, fields, diagnosticsOf }) =>
    fields.flatMap((field) => {
      if (placeholderOf(field.image) !== undefined || !isReference(field.image)) {
        diagnostics.push(...diagnosticsOf(field))
        return []
      }
      const reference = parseReference(field.image)
      return { field, source, reference, lookupReference: original(reference) }
    }),
  )
  const requests = lookedUp.map((one) => ({ reference: one.lookupReference }))
  const results = await resolveDistinct(requests, resolver, options)
  const images = lookedUp.flatMap(({ source, ...image }) => {
    const result = results.get(canonicalText(image.lookupReference))
    if (result?.kind === 'resolved') return { ...image, resolution: result.resolution }
    if (result !== undefined) {
      const { code, args } = result.error
      const at = placeOf(image.field, source)
      diagnostics.push({ code, severity: 'error', args: { ...args, image: image.field.image }, at })
    }
    return []
  })
  return { images, diagnostics }
}
