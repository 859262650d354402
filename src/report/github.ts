import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatMessage, formatResource } from './message.ts'
import type { Report } from './report.ts'

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** Formats the diagnostics as workflow commands of GitHub Actions, which annotate the affected lines. */
export function formatGithub({ diagnostics }: Report): string {
  return diagnostics.map((diagnostic) => `${formatCommand(diagnostic)}\n`).join('')
}

function formatCommand(diagnostic: Diagnostic): string {
  const { code, severity, at = {} } = diagnostic
  const properties = [
    ['file', at.file],
    ['line', at.line],
    ['col', at.column],
    ['title', code],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
  const resource = at.resource === undefined ? '' : ` (${formatResource(at.resource)})`
  const message = `${formatMessage(diagnostic)}${resource}; ${formatHint(diagnostic)}`
  return `::${COMMANDS[severity]} ${properties.join(',')}::${escapeData(message)}`
}

/** Escapes what would end a command or begin another (actions/toolkit, packages/core/src/command.ts), and control characters. */
function escapeData(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'))
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
