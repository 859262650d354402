import { extname, resolve } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { systemReason } from '../files/file-system.ts'
import { isReplaceable, writeOutputFile } from '../files/output-file.ts'
import { formatDiagnostic } from '../report/diagnostic-text.ts'
import type { Report } from '../report/report.ts'
import { formatReport } from '../report/text.ts'
import { messageColor } from './color.ts'
import { findingsOf, isUnheard } from './failure.ts'
import type { Io } from './io.ts'
import { VERSION } from './version.ts'

/** The formats that a report can be written in. */
export type ReportFormat = 'text' | 'json' | 'sarif' | 'junit' | 'markdown' | 'github'

export const REPORT_FORMATS: readonly ReportFormat[] = [
  'text',
  'json',
  'sarif',
  'junit',
  'markdown',
  'github',
]

const EXTENSIONS: Readonly<Record<string, ReportFormat>> = {
  '.json': 'json',
  '.sarif': 'sarif',
  '.xml': 'junit',
  '.md': 'markdown',
}

/** The format of a report file, by its name: text where the extension says nothing. */
export function formatOfFile(file: string): ReportFormat {
  return EXTENSIONS[extname(file).toLowerCase()] ?? 'text'
}

/** Formats a report. Each format's code is loaded only when it is asked for. */
export async function formatReportAs(format: ReportFormat, report: Report): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../report/json.ts')).formatJson(report, VERSION)
    case 'sarif':
      return (await import('../report/sarif.ts')).formatSarif(report, VERSION)
    case 'junit':
      return (await import('../report/junit.ts')).formatJunit(report)
    case 'markdown':
      return (await import('../report/markdown.ts')).formatMarkdown(report)
    case 'github':
      return (await import('../report/github.ts')).formatGithub(report)
    case 'text':
      return formatReport(report, {
        verbosity: 'verbose',
        color: false,
      })
  }
}

/**
 * Writes a report to a file, in the format of its extension.
 * @returns an error where the file cannot be written: the run then fails, and says what the report would have said
 */
export async function writeReportFile(
  file: string,
  report: Report,
  io: Pick<Io, 'cwd'>,
): Promise<readonly Diagnostic[]> {
  if (file === '-') return [unwritten(file, 'standard output has something else to say; /dev/stderr will do')]
  const text = await formatReportAs(formatOfFile(file), report)
  try {
    writeOutputFile(resolve(io.cwd, file), Buffer.from(text))
    return []
  } catch (error) {
    return [unwritten(file, systemReason(error))]
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
async function writeFailureReport(
  file: string,
  profile: string | undefined,
  error: unknown,
  io: FailureIo,
): Promise<void> {
  if (isUnheard(error)) return
  const report: Report = { profile: profile ?? 'unknown', images: [], diagnostics: findingsOf(error) }
  for (const one of await writeReportFile(file, report, io))
    io.writeMessage(`${formatDiagnostic(one, messageColor({ color: true }, io))}\n`)
}

/**
 * Puts into the place of an older report one that says that the run has not finished, so that the older one is not taken for
 * that of a run that is killed. Where this cannot be written, the run says so at its end, or has written its report by then.
 */
async function replaceOlderReport(file: string, profile: string | undefined, io: FailureIo): Promise<void> {
  if (!isReplaceable(resolve(io.cwd, file))) return
  const unfinished: Diagnostic = { code: 'RUN_UNFINISHED', severity: 'error', args: {} }
  await writeReportFile(file, { profile: profile ?? 'unknown', images: [], diagnostics: [unfinished] }, io)
}

/**
 * Runs a command that may be asked for a report file, which tells of it also where the command ends with an error, or is ended
 * by somebody else.
 */
export async function reportingFailure<T>(
  flags: { readonly report?: string; readonly profile?: string },
  io: FailureIo,
  run: () => Promise<T>,
): Promise<T> {
  if (flags.report !== undefined) await replaceOlderReport(flags.report, flags.profile, io)
  try {
    return await run()
  } catch (error) {
    if (flags.report !== undefined) await writeFailureReport(flags.report, flags.profile, error, io)
    throw error
  }
}
