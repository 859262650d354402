import type { Severity } from '../diagnostics/catalogue-entry.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatDiagnostics, formatImage, groupByCause } from './diagnostic-text.ts'
import type { ImageEntry, Report } from './report.ts'

/** `quiet` prints only errors, `normal` also other diagnostics and a summary, `verbose` also every image. */
export type Verbosity = 'quiet' | 'normal' | 'verbose'

export interface TextOptions {
  readonly verbosity: Verbosity
  readonly color: boolean
  /** What the summary says after errors; `nothing was written` by default. */
  readonly failure?: string | undefined
}

/**
 * Formats the report for people, as printed to stderr: the diagnostics, then one line of summary.
 * @returns complete lines, or the empty string
 */
export function formatReport(report: Report, { verbosity, color, failure }: TextOptions): string {
  const shown = report.diagnostics.filter(({ severity }) => verbosity !== 'quiet' || severity === 'error')
  // Without diagnostics, their formatter is not loaded.
  const lines = shown.length === 0 ? [] : formatDiagnostics(shown, color)
  if (verbosity === 'verbose') lines.push(...report.images.map(formatImage))
  if (verbosity !== 'quiet') lines.push(printable(formatSummary(report, failure)))
  return lines.map((line) => `${line}\n`).join('')
}

/** `pinpull: prod: 20 images: 18 pinned (15 distinct), 2 kept (already pinned); imagePullPolicy set on 17`. */
export function formatSummary(
  { profile, images, diagnostics }: Report,
  failure: string = 'nothing was written',
): string {
  const found = diagnostics.filter(({ severity }) => severity === 'error')
  const pinned = images.filter(({ outcome }) => outcome === 'pinned')
  const kept = images.filter(({ outcome }) => outcome === 'kept')
  const distinct = new Set(pinned.map(({ image }) => image)).size
  if (found.length > 0) {
    const errors = count(groupByCause(found).length, 'error')
    return `pinpull: ${profile}: ${errors} in ${count(images.length, 'image')}; ${failure}`
  }
  const policies = images.filter(({ policyBefore, policyAfter }) => policyBefore !== policyAfter).length
  return [
    `pinpull: ${profile}: ${count(images.length, 'image')}: `,
    `${pinned.length} pinned${distinct < pinned.length ? ` (${distinct} distinct)` : ''}`,
    `, ${kept.length} kept${kept.length > 0 ? ` (${reasons(kept)})` : ''}`,
    `; pull policy set on ${policies}`,
  ].join('')
}

function reasons(kept: readonly ImageEntry[]): string {
  const counts = new Map<string, number>()
  for (const { reason = 'kept' } of kept) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, times]) => (times === kept.length ? reason : `${times} ${reason}`))
    .join(', ')
}

/** `pinpull check: prod: 20 images in 3 inputs: 2 errors, 5 warnings`. */
export function formatCheckSummary({ profile, images, diagnostics }: Report, inputs: number): string {
  const found = (severity: Severity): number =>
    groupByCause(diagnostics.filter((one) => one.severity === severity)).length
  const where = inputs === 1 ? '' : ` in ${inputs} inputs`
  const counts = [
    [found('error'), 'error'],
    [found('warning'), 'warning'],
    [found('info'), 'note'],
  ] as const
  const said = counts.filter(([number]) => number > 0).map(([number, noun]) => count(number, noun))
  const counted = `${count(images.length, 'image')}${where}: ${said.join(', ') || 'no findings'}`
  return printable(`pinpull check: ${profile}: ${counted}`)
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
