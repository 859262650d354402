import type { Location } from '../diagnostics/diagnostic.ts'
import { printableWord } from '../diagnostics/printable.ts'
import { type DataFormat, formatDataDocument } from './data-document.ts'
import { formatLocation } from './message.ts'
import type { ImageEntry } from './report.ts'

export type ImageListFormat = 'table' | DataFormat | 'name'

export const IMAGE_LIST_FORMATS: readonly ImageListFormat[] = ['table', 'json', 'yaml', 'name']

/** An image in the author's spelling, with every field that uses it. */
export interface ListedImage {
  readonly image: string
  readonly uses: readonly Location[]
  /** Whether it only looks like an image: no rule covers the fields that use it, so it is not pinned. */
  readonly isUnknown?: true
}

/**
 * Lists distinct images in the order of their first use. Two spellings of one image count as two.
 *
 * @param unknown values that look like an image in fields that no rule covers; they come last
 */
export function listImages(
  entries: readonly Pick<ImageEntry, 'image' | 'at'>[],
  unknown: readonly Pick<ImageEntry, 'image' | 'at'>[] = [],
): ListedImage[] {
  return [...usesOf(entries), ...usesOf(unknown).map((one) => ({ ...one, isUnknown: true as const }))]
}

function usesOf(entries: readonly Pick<ImageEntry, 'image' | 'at'>[]): ListedImage[] {
  const byImage = new Map<string, Location[]>()
  for (const { image, at } of entries) byImage.set(image, [...(byImage.get(image) ?? []), at])
  return [...byImage].map(([image, uses]) => ({ image, uses }))
}

/**
 * Formats a list of images. `name` has one image on each line, for scripts, without unknown ones; the others have the location
 * of every use. An image with unprintable characters or spaces is written as a JSON string.
 *
 * @param version Pinpull's own
 */
export function formatImageList(
  list: readonly ListedImage[],
  format: ImageListFormat,
  version: string,
): string {
  switch (format) {
    case 'json':
    case 'yaml':
      return formatDataDocument(format, { images: list }, version)
    case 'name':
      return list
        .map(({ image, isUnknown }) => (isUnknown === true ? '' : `${printableWord(image)}\n`))
        .join('')
    case 'table': {
      const known = list.filter(({ isUnknown }) => isUnknown !== true)
      const unknown = list.filter(({ isUnknown }) => isUnknown === true)
      return [
        formatUses('IMAGE', known),
        ...(unknown.length === 0 ? [] : [formatUses('IN UNKNOWN FIELDS', unknown)]),
      ].join('\n')
    }
  }
}

function formatUses(head: string, list: readonly ListedImage[]): string {
  const rows = list.flatMap(({ image, uses }) =>
    uses.map((use, index) => [index === 0 ? printableWord(image) : '', formatLocation(use)] as const),
  )
  const width = rows.reduce((widest, [image]) => Math.max(widest, image.length), head.length)
  return [[head, 'USED BY'] as const, ...rows]
    .map(([image, use]) => `${image.padEnd(width)}  ${use}\n`)
    .join('')
}
