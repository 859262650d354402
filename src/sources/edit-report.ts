import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { printableWord } from '../diagnostics/printable.ts'
import { type DataFormat, formatDataDocument } from '../report/data-document.ts'
import { describeDiagnostic } from '../report/report-data.ts'
import { formatUnifiedDiff } from '../report/unified-diff.ts'
import type { SourceEdit, SourceImage } from './source-edit.ts'

/** The formats of `pinpull pin`. */
export type PinFormat = 'text' | DataFormat | 'name'

/** A file that changes. */
export interface ChangedFile {
  readonly path: string
  /** Its name in a diff. */
  readonly nameInDiff: string
  /** Absolute and without links. */
  readonly realPath: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** What a run of `pinpull pin` has done. */
export interface PinResult extends Omit<SourceEdit, 'files'> {
  readonly changed: readonly ChangedFile[]
  readonly isWritten: boolean
}

/**
 * Formats what a run has done for standard output.
 * @param version Pinpull's own
 */
export function formatPin(
  format: PinFormat,
  result: PinResult,
  {
    profile,
    color,
    version,
  }: { readonly profile: string; readonly color: boolean; readonly version: string },
): string {
  const { changed, images, proofs, diagnostics, isWritten } = result
  switch (format) {
    case 'text':
      return changed.map((one) => formatUnifiedDiff(one.nameInDiff, one.before, one.after, color)).join('')
    case 'name':
      return changed.map(({ path }) => `${printableWord(path)}\n`).join('')
    case 'json':
    case 'yaml': {
      const files = changed.map(({ path, nameInDiff, before, after }) => ({
        file: path,
        written: isWritten,
        diff: formatUnifiedDiff(nameInDiff, before, after, false),
      }))
      const content = { profile, files, images, proofs, diagnostics: diagnostics.map(describeDiagnostic) }
      return formatDataDocument(format, content, version)
    }
  }
}

/** Formats one line of summary: `pinpull: pin: 3 images: 2 written, 1 unchanged; 1 file would change: add --write`. */
export function formatPinSummary({ images, changed, isWritten, proofs, diagnostics }: PinResult): string {
  const of = (outcome: SourceImage['outcome']): number =>
    images.filter((image) => image.outcome === outcome).length
  const counts = (['written', 'unchanged', 'not written'] as const).flatMap((outcome) => {
    const number = of(outcome)
    return number === 0 ? [] : `${number} ${LABELS[outcome]}`
  })
  const found = `${counted(images.length, 'image')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`
  const programs = new Set(proofs.flatMap((proof) => (proof.kind === 'proved' ? [proof.by] : [])))
  const proved = programs.size === 0 ? '' : `, proved with ${[...programs].join(' and ')}`
  return `pinpull: pin: ${found}${proved}; ${outcomeOf(changed.length, isWritten, diagnostics)}`
}

const LABELS = { written: 'pinned', unchanged: 'unchanged', 'not written': 'not pinned' } as const

function outcomeOf(changed: number, isWritten: boolean, diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.some(({ severity }) => severity === 'error')) return 'nothing was written'
  if (changed === 0) return 'no file changes'
  return isWritten
    ? `${counted(changed, 'file')} written`
    : `${counted(changed, 'file')} would change: --write does it`
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
