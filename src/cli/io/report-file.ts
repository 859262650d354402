import { extname, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { errorReason } from '../../files/file-system.ts'
import { isReplaceable, writeOutputFile } from '../../files/output-file.ts'
import { formatDiagnostic } from '../../report/diagnostic-text.ts'
import { formatReportIn, type ReportFormat } from '../../report/formats.ts'
import type { Report } from '../../report/report.ts'
import { VERSION } from '../../version.ts'
import { errorDiagnostics, isBrokenPipe } from './exit.ts'
import type { Io } from './io.ts'
import { hasMessageColor } from './terminal.ts'

export type { ReportFormat }

/**
 * Writes a report to a file, in the format of its extension.
 * @returns an error if the file cannot be written, with which the run fails
 */
export function writeReportFile(file: string, report: Report, io: Pick<Io, 'cwd'>): readonly Diagnostic[] {
  if (file === '-') return [unwritten(file, 'standard output has something else to say; /dev/stderr will do')]
  const text = formatReportAs(formatOfFile(file), report)
  try {
    writeOutputFile(resolve(io.cwd, file), Buffer.from(text))
    return []
  } catch (error) {
    return [unwritten(file, errorReason(error))]
  }
}

function unwritten(file: string, reason: string): Diagnostic {
  return { code: 'REPORT_NOT_WRITTEN', severity: 'error', args: { file, reason } }
}

type FailureIo = Pick<Io, 'cwd' | 'env' | 'isTerminal' | 'writeMessage'>

/**
 * Writes a report with the error that ended the run, so that no older report is mistaken for this run's.
 * @param profile undefined if the run ended before it was known
 */
function writeFailureReport(file: string, profile: string | undefined, error: unknown, io: FailureIo): void {
  if (isBrokenPipe(error)) return
  const report: Report = { profile: profile ?? 'unknown', images: [], diagnostics: errorDiagnostics(error) }
  for (const one of writeReportFile(file, report, io))
    io.writeMessage(`${formatDiagnostic(one, hasMessageColor({ color: true }, io))}\n`)
}

/**
 * Replaces an older report by one that says that the run has not finished: if the run is killed, the older one must not be
 * mistaken for its report. An error is ignored here, since it would occur again at the end of the run.
 */
function replaceOlderReport(file: string, profile: string | undefined, io: FailureIo): void {
  if (!isReplaceable(resolve(io.cwd, file))) return
  const unfinished: Diagnostic = { code: 'RUN_UNFINISHED', severity: 'error', args: {} }
  writeReportFile(file, { profile: profile ?? 'unknown', images: [], diagnostics: [unfinished] }, io)
}

/**
 * Runs a command that has the option `--report`, and sees to it that the file exists and is about this run even if the command
 * throws or is killed.
 */
export async function withReportFile<T>(
  flags: { readonly report?: string | undefined; readonly profile?: string | undefined },
  io: FailureIo,
  run: () => Promise<T>,
): Promise<T> {
  if (flags.report !== undefined) replaceOlderReport(flags.report, flags.profile, io)
  try {
    return await run()
  } catch (error) {
    if (flags.report !== undefined) writeFailureReport(flags.report, flags.profile, error, io)
    throw error
  }
}

const EXTENSIONS: Readonly<Record<string, ReportFormat>> = {
  '.json': 'json',
  '.sarif': 'sarif',
  '.xml': 'junit',
  '.md': 'markdown',
}

/** @returns the format for the extension of a file; text for an unknown one */
function formatOfFile(file: string): ReportFormat {
  return EXTENSIONS[extname(file).toLowerCase()] ?? 'text'
}

/** Formats a report with its details about each image. */
export function formatReportAs(format: ReportFormat, report: Report): string {
  return formatReportIn(format, report, VERSION)
}
