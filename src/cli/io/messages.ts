import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { FailOn } from '../../diagnostics/failing.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import { diagnosticLogEntry, reportLogEntries } from '../../report/log-entry.ts'
import type { Report } from '../../report/report.ts'
import { formatReport } from '../../report/text.ts'
import type { ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { type ColorChoice, hasMessageColor, verbosityOf } from './terminal.ts'

type MessageIo = Pick<Io, 'env' | 'isTerminal' | 'log' | 'writeMessage'>

interface MessageFlags {
  readonly color?: ColorChoice | undefined
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
  readonly failOn?: FailOn | undefined
}

/** Writes each diagnostic to standard error, as text or to the log of JSON. */
export function writeDiagnostics(
  diagnostics: readonly Diagnostic[],
  { color, verbose }: Pick<MessageFlags, 'color' | 'verbose'>,
  io: MessageIo,
): void {
  if (diagnostics.length === 0) return
  if (io.log !== undefined) for (const one of diagnostics) io.log(diagnosticLogEntry(one))
  else
    for (const text of formatDiagnostics(diagnostics, hasMessageColor({ color }, io), verbose))
      io.writeMessage(`${text}\n`)
}

/**
 * Writes what the filter did to standard error, as text or to the log of JSON.
 *
 * @param outcome the exit code of the run, and what its summary says after errors
 */
export function writeFilterReport(
  report: Report,
  outcome: { readonly exitCode: ExitCode; readonly failure?: string | undefined },
  flags: MessageFlags,
  io: MessageIo,
): void {
  const options = { verbosity: verbosityOf(flags), failOn: flags.failOn, ...outcome }
  if (io.log !== undefined) {
    for (const entry of reportLogEntries(report, options)) io.log(entry)
    return
  }
  const color = report.diagnostics.length > 0 && hasMessageColor(flags, io)
  io.writeMessage(formatReport(report, { ...options, color }))
}
