import type { Location } from '../diagnostics/diagnostic.ts'
import { printableWord } from '../diagnostics/printable.ts'
import { printableJson } from './json.ts'
import { formatLocation } from './message.ts'
import type { ImageEntry } from './report.ts'

/** How a list of images can be printed. */
export type ImageListFormat = 'table' | 'json' | 'lines'

export const IMAGE_LIST_FORMATS: readonly ImageListFormat[] = ['table', 'json', 'lines']

/** One image, as it is written, with every place that uses it. */
export interface ListedImage {
  readonly image: string
  readonly uses: readonly Location[]
  /** Whether it only looks like one: no rule knows the fields that use it, and nothing pins it. */
  readonly isUnknown?: true
}

/**
 * The distinct images, in the order of their first use. Two spellings of one image are two images.
 *
 * @param unknown what looks like an image in fields that no rule knows; it comes last
 */
export function listImages(
  entries: readonly Pick<ImageEntry, 'image' | 'at'>[],
  unknown: readonly Pick<ImageEntry, 'image' | 'at'>[] = [],
): ListedImage[] {
  return [...usesOf(entries), ...usesOf(unknown).map((one) => ({ ...one, isUnknown: true as const }))]
}

function usesOf(entries: readonly Pick<ImageEntry, 'image' | 'at'>[]): ListedImage[] {
  const uses = new Map<string, Location[]>()
  for (const { image, at } of entries) uses.set(image, [...(uses.get(image) ?? []), at])
  return [...uses].map(([image, places]) => ({ image, uses: places }))
}

/**
 * Prints a list: `lines` is one image a line, for scripts, without those that only look like one; `table` says where
 * each is used. An image that is not one printable word stands there as a JSON string.
 */
export function formatImageList(list: readonly ListedImage[], format: ImageListFormat): string {
  switch (format) {
    case 'json':
      return `${printableJson(list)}\n`
    case 'lines':
      return list
        .map(({ image, isUnknown }) => (isUnknown === true ? '' : `${printableWord(image)}\n`))
        .join('')
    case 'table': {
      const known = list.filter(({ isUnknown }) => isUnknown !== true)
      const unknown = list.filter(({ isUnknown }) => isUnknown === true)
      return [
        formatUses('IMAGE', known),
        ...(unknown.length === 0 ? [] : [formatUses('NOT KNOWN', unknown)]),
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
