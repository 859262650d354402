import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import { resolveDistinct } from '../plan/outcome.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText } from '../reference/normalize.ts'
import { parseReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import type { Source } from '../yaml/source.ts'

/** A field that holds an image, with what the image is. */
export interface CollectedImage {
  readonly field: ImageField
  /** As the author wrote it. */
  readonly reference: Reference
  /** What was asked about: the name before a rewrite to a private mirror. */
  readonly asked: Reference
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
  const asked = streams.flatMap(({ source, fields }) =>
    fields.flatMap((field) => {
      const read = readImage(field, source)
      if (!('reference' in read)) {
        diagnostics.push(read)
        return []
      }
      return { field, source, reference: read.reference, asked: original(read.reference) }
    }),
  )
  const questions = asked.map((one) => ({ reference: one.asked }))
  const outcomes = await resolveDistinct(questions, resolver, options)
  const images = asked.flatMap(({ source, ...image }) => {
    const outcome = outcomes.get(canonicalText(image.asked))
    if (outcome?.kind === 'resolved') return { ...image, resolution: outcome.resolution }
    if (outcome !== undefined) diagnostics.push(findingOf(outcome.error, image.field, source))
    return []
  })
  return { images, diagnostics }
}

function readImage(field: ImageField, source: Source): { reference: Reference } | Diagnostic {
  const placeholder = placeholderOf(field.image)
  if (placeholder !== undefined) {
    const args = { image: field.image, placeholder }
    return { code: 'IMAGE_PLACEHOLDER', severity: 'warning', args, at: placeOf(field, source) }
  }
  try {
    return { reference: parseReference(field.image) }
  } catch (error) {
    if (error instanceof PinpullError) return findingOf(error, field, source)
    throw error
  }
}

function findingOf({ code, args }: PinpullError, field: ImageField, source: Source): Diagnostic {
  return { code, severity: 'error', args: { ...args, image: field.image }, at: placeOf(field, source) }
}
