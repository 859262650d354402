import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { mayFail } from '../diagnostics/failing.ts'
import { formatHint, formatMessage } from './message.ts'
import { countVerified, type ImageEntry, type Report } from './report.ts'
import { formatSummary, type TextOptions } from './text.ts'

/** One object of a log of JSON (`--log-format json`); `docs/output.md` describes its fields. */
export interface LogEntry {
  readonly type: 'diagnostic' | 'image' | 'request' | 'progress' | 'summary' | 'message'
  readonly level: Severity
  readonly [field: string]: unknown
}

/** Describes a diagnostic for a log: the same fields as in a JSON report. */
export function diagnosticLogEntry(diagnostic: Diagnostic): LogEntry {
  const { severity, code, at, args } = diagnostic
  return {
    type: 'diagnostic',
    level: severity,
    code,
    message: formatMessage(diagnostic),
    hint: formatHint(diagnostic),
    ...(at && { at }),
    args,
  }
}

/**
 * Describes a report for a log: an entry for each diagnostic with its place, with `verbose` one for each image, and the summary.
 *
 * @param exitCode of the run
 */
export function reportLogEntries(
  report: Report,
  {
    verbosity,
    failure,
    failOn,
    exitCode,
  }: Pick<TextOptions, 'verbosity' | 'failure' | 'failOn'> & { readonly exitCode: number },
): LogEntry[] {
  const { profile, images, diagnostics } = report
  const shown = diagnostics.filter((one) => verbosity !== 'quiet' || mayFail(one, failOn))
  const entries = shown.map(diagnosticLogEntry)
  if (verbosity === 'verbose')
    entries.push(...images.map((image): LogEntry => ({ type: 'image', level: 'info', ...image })))
  if (verbosity === 'quiet') return entries
  const count = (outcome: ImageEntry['outcome']): number =>
    images.filter((image) => image.outcome === outcome).length
  const found = (severity: Severity): number => diagnostics.filter((one) => one.severity === severity).length
  entries.push({
    type: 'summary',
    level: found('error') > 0 ? 'error' : 'info',
    profile,
    exitCode,
    images: images.length,
    pinned: count('pinned'),
    kept: count('kept'),
    failed: count('failed'),
    verified: countVerified(images),
    errors: found('error'),
    warnings: found('warning'),
    text: formatSummary(report, failure, failOn),
  })
  return entries
}
