import { extname, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { errorReason } from '../../files/file-system.ts'
import { isReplaceable, writeOutputFile } from '../../files/output-file.ts'
import { formatDiagnostic } from '../../report/diagnostic-text.ts'
import { formatGithub } from '../../report/github.ts'
import { formatJson } from '../../report/json.ts'
import { formatJunit } from '../../report/junit.ts'
import { formatMarkdown } from '../../report/markdown.ts'
import type { Report } from '../../report/report.ts'
import { formatSarif } from '../../report/sarif.ts'
import { formatReport } from '../../report/text.ts'
import { errorDiagnostics, isBrokenPipe } from './exit.ts'
import type { Io } from './io.ts'
import { hasMessageColor } from './terminal.ts'
import { VERSION } from './version.ts'

/**
 * Writes a report to a file, in the format of its extension.
 * @returns an error where the file cannot be written: the run then fails, and says what the report would have said
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
 * Writes what a run ended with, where that was an error, so that no older report is taken for this run's.
 * @param profile as far as it is known
 */
function writeFailureReport(file: string, profile: string | undefined, error: unknown, io: FailureIo): void {
  if (isBrokenPipe(error)) return
  const report: Report = { profile: profile ?? 'unknown', images: [], diagnostics: errorDiagnostics(error) }
  for (const one of writeReportFile(file, report, io))
    io.writeMessage(`${formatDiagnostic(one, hasMessageColor({ color: true }, io))}\n`)
}

/**
 * Puts into the place of an older report one that says that the run has not finished, so that the older one is not taken for
 * that of a run that is killed. Where this cannot be written, the run says so at its end, or has written its report by then.
 */
function replaceOlderReport(file: string, profile: string | undefined, io: FailureIo): void {
  if (!isReplaceable(resolve(io.cwd, file))) return
  const unfinished: Diagnostic = { code: 'RUN_UNFINISHED', severity: 'error', args: {} }
  writeReportFile(file, { profile: profile ?? 'unknown', images: [], diagnostics: [unfinished] }, io)
}

/**
 * Runs a command that may be asked for a report file, which tells of it also where the command ends with an error, or is ended
 * by somebody else.
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

/** The formats that a report can be written in. */
export type ReportFormat = 'text' | 'json' | 'sarif' | 'junit' | 'markdown' | 'github'

const EXTENSIONS: Readonly<Record<string, ReportFormat>> = {
  '.json': 'json',
  '.sarif': 'sarif',
  '.xml': 'junit',
  '.md': 'markdown',
}

/** The format of a report file, by its name: text where the extension says nothing. */
function formatOfFile(file: string): ReportFormat {
  return EXTENSIONS[extname(file).toLowerCase()] ?? 'text'
}

/** Formats a report, with everything that it says of each image. */
export function formatReportAs(format: ReportFormat, report: Report): string {
  switch (format) {
    case 'json':
      return formatJson(report, VERSION)
    case 'sarif':
      return formatSarif(report, VERSION)
    case 'junit':
      return formatJunit(report)
    case 'markdown':
      return formatMarkdown(report)
    case 'github':
      return formatGithub(report)
    case 'text':
      return formatReport(report, { verbosity: 'verbose', color: false })
  }
}
