import { tryParseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import type { ImageEntry } from '../../report/report.ts'
import type { WantedImage } from './candidate.ts'

/** Copies of images (rule R7) are no fields of their own: a chart may make them of the same value, or not at all. */
export function withoutCopies(images: readonly ImageEntry[]): readonly ImageEntry[] {
  return images.filter(({ rule }) => rule !== 'R7')
}

/** Lists the images that get a digest, unless another field with the same image gets none. */
export function wantedImages(fields: readonly ImageEntry[]): WantedImage[] {
  const wanted = new Map<string, WantedImage>()
  const kept = new Set(fields.filter(({ outcome }) => outcome !== 'pinned').map(({ image }) => image))
  for (const { outcome, image, result, digest } of fields) {
    const reference = tryParseReference(image)
    const target = tryParseReference(result)
    if (outcome !== 'pinned' || digest === undefined || reference === undefined || target === undefined)
      continue
    if (kept.has(image) || repositoryName(reference) !== repositoryName(target)) continue
    wanted.set(image, { text: image, reference, digest })
  }
  return [...wanted.values()]
}
