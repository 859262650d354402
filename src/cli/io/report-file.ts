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
 * Writes a report to each file that `--report` names, in the format of its extension.
 * @param files undefined without `--report`
 * @returns an error for each file that cannot be written, with which the run fails
 */
export function writeReportFiles(
  files: readonly string[] | undefined,
  report: Report,
  io: Pick<Io, 'cwd'>,
): readonly Diagnostic[] {
  return (files ?? []).flatMap((file) => writeReportFile(file, report, io))
}

function writeReportFile(file: string, report: Report, io: Pick<Io, 'cwd'>): readonly Diagnostic[] {
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
 * Writes reports with the error that ended the run, so that no older report is mistaken for this run's.
 * @param profile undefined if the run ended before it was known
 */
function writeFailureReports(
  files: readonly string[],
  profile: string | undefined,
  error: unknown,
  io: FailureIo,
): void {
  if (isBrokenPipe(error)) return
  const report: Report = { profile: profile ?? 'unknown', images: [], diagnostics: errorDiagnostics(error) }
  for (const one of writeReportFiles(files, report, io))
    io.writeMessage(`${formatDiagnostic(one, hasMessageColor({}, io))}\n`)
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
 * Runs a command that has the option `--report`, and sees to it that each file exists and is about this run even if the command
 * throws or is killed.
 */
export async function withReportFiles<T>(
  flags: { readonly report?: readonly string[] | undefined; readonly profile?: string | undefined },
  io: FailureIo,
  run: () => Promise<T>,
): Promise<T> {
  const files = flags.report ?? []
  for (const file of files) replaceOlderReport(file, flags.profile, io)
  try {
    return await run()
  } catch (error) {
    writeFailureReports(files, flags.profile, error, io)
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
