import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatMessage, formatResource } from './message.ts'
import type { Report } from './report.ts'

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** The findings as GitHub Actions' workflow commands, which show up beside the lines that they are about. */
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

/** actions/toolkit, packages/core/src/command.ts: what would end a command, or begin another; and what a terminal obeys. */
function escapeData(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'))
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
