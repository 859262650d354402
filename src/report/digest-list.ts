import type { Location } from '../diagnostics/diagnostic.ts'
import { printableWord } from '../diagnostics/printable.ts'
import { formatDataDocument } from './data-document.ts'
import type { ImageListFormat } from './image-list.ts'
import { formatLocation } from './message.ts'

/** The images that have one digest. */
export interface ListedDigest {
  readonly digest: string
  readonly images: readonly {
    readonly image: string
    readonly role: 'image' | 'platform' | 'candidate'
    readonly platform?: string | undefined
    readonly index?: string | undefined
    readonly isLocked: boolean
    readonly uses: readonly Location[]
  }[]
}

/** Formats the answer to `pinpull images --digest`. `name` has one image on each line. */
export function formatDigestList(
  list: readonly ListedDigest[],
  format: ImageListFormat,
  version: string,
): string {
  switch (format) {
    case 'json':
    case 'yaml':
      return formatDataDocument(format, { digests: list }, version)
    case 'name': {
      const names = list.flatMap(({ images }) => images.map(({ image }) => image))
      return [...new Set(names)].map((image) => `${printableWord(image)}\n`).join('')
    }
    case 'table':
      return list.map(formatDigest).join('\n')
  }
}

function formatDigest({ digest, images }: ListedDigest): string {
  if (images.length === 0) return `${digest}: no image has it\n`
  const rows = images.flatMap((one) => {
    const uses = one.uses.length === 0 ? ['(no manifest)'] : one.uses.map(formatLocation)
    return uses.map(
      (use, index) => [index === 0 ? `${printableWord(one.image)} (${roleText(one)})` : '', use] as const,
    )
  })
  const width = rows.reduce((widest, [image]) => Math.max(widest, image.length), 'IMAGE'.length)
  const lines = [['IMAGE', 'USED BY'] as const, ...rows].map(
    ([image, use]) => `${image.padEnd(width)}  ${use}\n`,
  )
  return `${digest}\n${lines.join('')}`
}

function roleText({ role, platform, isLocked }: ListedDigest['images'][number]): string {
  const where = isLocked ? 'locked' : 'in the manifest'
  switch (role) {
    case 'image':
      return platform === undefined ? where : `${where}, ${platform}`
    case 'platform':
      return `${platform} of the locked index`
    case 'candidate':
      return 'waits to be locked'
  }
}
