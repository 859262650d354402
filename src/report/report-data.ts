import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type DataFormat, formatDataDocument } from './data-document.ts'
import { formatHint, formatMessage } from './message.ts'
import type { Report } from './report.ts'

/** Formats the whole report for programs, with the message and the hint of each diagnostic. */
export function formatReportData(
  format: DataFormat,
  { profile, images, diagnostics }: Report,
  version: string,
): string {
  return formatDataDocument(
    format,
    { profile, images, diagnostics: diagnostics.map(describeDiagnostic) },
    version,
  )
}

/** Adds its message and hint to a diagnostic, for programs. */
export function describeDiagnostic(diagnostic: Diagnostic): Diagnostic & { message: string; hint: string } {
  return { ...diagnostic, message: formatMessage(diagnostic), hint: formatHint(diagnostic) }
}
