import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { escapeJson } from '../diagnostics/printable.ts'
import { formatHint, formatMessage } from './message.ts'
import type { Report } from './report.ts'

/** The report for programs: everything that is known, with each finding's sentence beside its code. */
export function formatJson({ profile, images, diagnostics }: Report, version: string): string {
  const report = {
    tool: { name: 'pinpull', version },
    profile,
    images,
    diagnostics: diagnostics.map(describe),
  }
  return `${printableJson(report)}\n`
}

function describe(diagnostic: Diagnostic): Diagnostic & { message: string; hint: string } {
  return { ...diagnostic, message: formatMessage(diagnostic), hint: formatHint(diagnostic) }
}

/** A value as indented JSON in which every character that is not to be seen is escaped. */
export function printableJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, undefined, 2))
}
