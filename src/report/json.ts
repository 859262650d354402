import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { escapeJson } from '../diagnostics/printable.ts'
import { formatHint, formatMessage } from './message.ts'
import type { Report } from './report.ts'

/** Formats the whole report for programs, with the message and the hint of each diagnostic. */
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

/** Formats a value as indented JSON with invisible characters escaped. */
export function printableJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, undefined, 2))
}
