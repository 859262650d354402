import type { Severity } from '../diagnostics/catalogue-entry.ts'
import { type FailOn, mayFail } from '../diagnostics/failing.ts'
import { printable } from '../diagnostics/printable.ts'
import { groupByCause } from './cause.ts'
import { formatDiagnostics, formatImage } from './diagnostic-text.ts'
import { countVerified, formatOutcome, type ImageEntry, type Report } from './report.ts'

/** `quiet` prints only errors, `normal` also other diagnostics and a summary, `verbose` also every image. */
export type Verbosity = 'quiet' | 'normal' | 'verbose'

export interface TextOptions {
  readonly verbosity: Verbosity
  readonly color: boolean
  /** What the summary says after errors; `nothing was written` by default. */
  readonly failure?: string | undefined
  readonly failOn?: FailOn | undefined
}

/**
 * Formats the report for people, as printed to stderr: the diagnostics, then one line of summary.
 * @returns complete lines, or the empty string
 */
export function formatReport(report: Report, { verbosity, color, failure, failOn }: TextOptions): string {
  const shown = report.diagnostics.filter((one) => verbosity !== 'quiet' || mayFail(one, failOn))
  // Without diagnostics, their formatter is not loaded.
  const lines = shown.length === 0 ? [] : [...formatDiagnostics(shown, color, verbosity === 'verbose')]
  if (verbosity === 'verbose') lines.push(...report.images.map(formatImage))
  if (verbosity !== 'quiet') lines.push(printable(formatSummary(report, failure, failOn)))
  return lines.map((line) => `${line}\n`).join('')
}

/** `pinpull: prod: 20 images: 18 pinned (15 distinct), 2 unchanged (already pinned); pull policy set on 17`. */
export function formatSummary(
  { profile, images, diagnostics }: Report,
  failure: string = 'nothing was written',
  failOn: FailOn = 'error',
): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    const counted = count(groupByCause(errors).length, 'error')
    return `pinpull: ${profile}: ${counted} in ${count(images.length, 'image')}; ${failure}`
  }
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  if (failOn === 'warning' && warnings.length > 0) {
    const counted = count(groupByCause(warnings).length, 'warning')
    return `pinpull: ${profile}: ${counted} in ${count(images.length, 'image')}; ${failure} (--fail-on warning)`
  }
  const pinned = images.filter(({ outcome }) => outcome === 'pinned')
  const distinct = new Set(pinned.map(({ image }) => image)).size
  const unchanged = images.filter((entry) => formatOutcome(entry) === 'unchanged')
  const renamed = images.filter((entry) => formatOutcome(entry) === 'renamed')
  const verified = countVerified(images)
  const policies = images.filter(({ policyBefore, policyAfter }) => policyBefore !== policyAfter).length
  return [
    `pinpull: ${profile}: ${count(images.length, 'image')}: `,
    `${pinned.length} pinned${distinct < pinned.length ? ` (${distinct} distinct)` : ''}`,
    `, ${unchanged.length} unchanged${reasonsFor(unchanged)}`,
    renamed.length === 0 ? '' : `, ${renamed.length} only renamed${reasonsFor(renamed)}`,
    `; pull policy set on ${policies}`,
    verified === 0 ? '' : `; ${verified} verified`,
  ].join('')
}

/** ` (already pinned)`, or ` (2 already pinned, 1 skipped by annotation)`. */
function reasonsFor(entries: readonly ImageEntry[]): string {
  const counts = new Map<string, number>()
  for (const { reason = '' } of entries) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  if (counts.size === 0) return ''
  const reasons = [...counts].map(([reason, times]) => (counts.size === 1 ? reason : `${times} ${reason}`))
  return ` (${reasons.join(', ')})`
}

/** `pinpull check: prod: 20 images in 3 inputs: 2 errors, 5 warnings`. */
export function formatCheckSummary(
  { profile, diagnostics }: Pick<Report, 'profile' | 'diagnostics'>,
  images: number,
  inputs: number,
): string {
  const where = inputs === 1 ? '' : ` in ${inputs} inputs`
  const counted = `${count(images, 'image')}${where}: ${countFindings(diagnostics)}`
  return printable(`pinpull check: ${profile}: ${counted}`)
}

/** `2 errors, 5 warnings`, by cause; `no errors or warnings` if there are none. */
export function countFindings(diagnostics: Report['diagnostics']): string {
  const found = (severity: Severity): number =>
    groupByCause(diagnostics.filter((one) => one.severity === severity)).length
  const counts = [
    [found('error'), 'error'],
    [found('warning'), 'warning'],
    [found('info'), 'note'],
  ] as const
  const nonZero = counts.filter(([number]) => number > 0).map(([number, noun]) => count(number, noun))
  return nonZero.join(', ') || 'no errors or warnings'
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
