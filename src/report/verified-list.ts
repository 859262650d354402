import { printable, printableWord } from '../diagnostics/printable.ts'
import { countVerified, type ImageEntry, type Report } from './report.ts'
import { formatProof, formatSigner } from './signer.ts'
import { formatTable } from './table.ts'
import { countFindings } from './text.ts'

const COLUMNS = ['IMAGE', 'DIGEST', 'PROOF', 'SIGNED', 'VERIFIED BY'] as const

/** How many hexadecimal digits of a digest are shown. */
const DIGEST_DIGITS = 12

/**
 * Formats what `pinpull verify` found out, as a table for people: each image once, with the digest that was verified. The empty
 * string without images.
 */
export function formatVerifiedList(images: readonly ImageEntry[]): string {
  const rows = new Map(images.map((entry) => [rowOf(entry).join('\n'), rowOf(entry)]))
  return rows.size === 0 ? '' : formatTable(COLUMNS, [...rows.values()])
}

function rowOf({ image, digest, verified }: ImageEntry): readonly string[] {
  const [name = '', written] = image.split('@')
  const known = digest ?? written
  const [algorithm, hex = ''] = known?.split(':') ?? []
  const shown = known === undefined ? '-' : `${algorithm}:${hex.slice(0, DIGEST_DIGITS)}`
  const proof =
    verified === undefined
      ? ['-', '-', 'nobody']
      : [formatProof(verified), verified.at?.slice(0, 10) ?? '-', signerOf(verified)]
  return [printableWord(name), ...[shown, ...proof].map(printable)]
}

function signerOf(verified: NonNullable<ImageEntry['verified']>): string {
  const { issuer, rule } = verified
  return `${formatSigner(verified)} (${issuer === undefined ? '' : `${issuer}, `}${rule})`
}

/** `pinpull verify: prod: 20 images in 3 inputs: 18 verified; 1 error, 1 warning`. */
export function formatVerifySummary(report: Report, inputs: number): string {
  const { profile, images, diagnostics } = report
  const where = inputs < 2 ? '' : ` in ${inputs} inputs`
  const counted = `${images.length} image${images.length === 1 ? '' : 's'}${where}: ${countVerified(images)} verified`
  return printable(`pinpull verify: ${profile}: ${counted}; ${countFindings(diagnostics)}`)
}
