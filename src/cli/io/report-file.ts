import { extname, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import type { FailOn } from '../../diagnostics/failing.ts'
import { openShownInputs, type ReportedInput } from '../../excerpts/shown-input.ts'
import { errorReason } from '../../files/file-system.ts'
import { isReplaceable, writeOutputFile } from '../../files/output-file.ts'
import { formatReportIn } from '../../report/formats.ts'
import type { PageFacts } from '../../report/html/page-facts.ts'
import type { Report, ReportFormat } from '../../report/report.ts'
import { VERSION } from '../../version.ts'
import { EXIT, errorDiagnostics, exitCodeOf, isBrokenPipe } from './exit.ts'
import type { Io } from './io.ts'
import type { ManifestReader } from './manifest-reader.ts'
import type { InputFacts } from './manifests.ts'
import { writeDiagnostics } from './messages.ts'

export type { ReportFormat }

/** What a page shows besides the report: the other formats have no place for it. */
export interface ReportedRun {
  /** As the user calls it: `pinpull check`. */
  readonly command: string
  readonly inputs: readonly ReportedInput[]
  /** The value of `--fail-on`. */
  readonly failOn?: FailOn | undefined
}

/**
 * The inputs of a run that reads one after another: they are read once more for the lines that a report shows.
 * @param facts of each
 */
export function reportedInputs(
  { names, readAgain }: ManifestReader,
  facts: readonly Pick<InputFacts, 'isRead'>[],
  fields: ReportedInput['fields'],
): readonly ReportedInput[] {
  return facts.flatMap(({ isRead }, index) =>
    isRead ? [{ file: names[index], read: () => readAgain(index), fields }] : [],
  )
}

/**
 * Writes a report to each file that `--report` names, in the format of its extension.
 * @param files undefined without `--report`
 * @param run absent for a run that ended before it read its inputs
 * @returns an error for each file that cannot be written, with which the run fails
 */
export function writeReportFiles(
  files: readonly string[] | undefined,
  report: Report,
  io: Pick<Io, 'cwd' | 'env'>,
  run?: ReportedRun,
): readonly Diagnostic[] {
  return (files ?? []).flatMap((file) => writeReportFile(file, report, io, run))
}

function writeReportFile(
  file: string,
  report: Report,
  io: Pick<Io, 'cwd' | 'env'>,
  run: ReportedRun | undefined,
): readonly Diagnostic[] {
  if (file === '-') return [unwritten(file, 'standard output has something else to say; /dev/stderr will do')]
  const text = formatReportAs(formatOfFile(file), report, io, run)
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

type FailureIo = Pick<Io, 'cwd' | 'env' | 'isTerminal' | 'log' | 'writeMessage'>

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
  writeDiagnostics(writeReportFiles(files, report, io), {}, io)
}

/**
 * Replaces an older report by one that says that the run has not finished: if the run is killed, the older one must not be
 * mistaken for its report. An error is ignored here, since it would occur again at the end of the run.
 */
function replaceOlderReport(file: string, profile: string | undefined, io: FailureIo): void {
  if (!isReplaceable(resolve(io.cwd, file))) return
  const unfinished: Diagnostic = { code: 'RUN_UNFINISHED', severity: 'error', args: {} }
  writeReportFiles([file], { profile: profile ?? 'unknown', images: [], diagnostics: [unfinished] }, io)
}

/**
 * Runs a command that has the option `--report`, and sees to it that each file exists and is about this run even if the command
 * throws or is killed.
 * @throws {UsageError} USAGE for a file with an unknown extension, before anything else is done
 */
export async function withReportFiles<T>(
  flags: { readonly report?: readonly string[] | undefined; readonly profile?: string | undefined },
  io: FailureIo,
  run: () => Promise<T>,
): Promise<T> {
  const files = flags.report ?? []
  for (const file of files) formatOfFile(file)
  for (const file of files) replaceOlderReport(file, flags.profile, io)
  try {
    return await run()
  } catch (error) {
    writeFailureReports(files, flags.profile, error, io)
    throw error
  }
}

const EXTENSIONS: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.sarif': 'sarif',
  '.xml': 'junit',
  '.md': 'markdown',
  '.txt': 'text',
  '.log': 'text',
  // A device or a pipe, such as /dev/stderr.
  '': 'text',
}

/**
 * @returns the format for the extension of a file
 * @throws {UsageError} USAGE if no format has the extension
 */
function formatOfFile(file: string): ReportFormat {
  const extension = extname(file)
  const format = EXTENSIONS[extension.toLowerCase()]
  if (format !== undefined) return format
  const known = Object.keys(EXTENSIONS).filter((one) => one !== '')
  const reason = `--report ${file}: no format has the extension ${extension}; there are ${known.join(', ')}`
  throw new UsageError('USAGE', { reason })
}

/**
 * Formats a report with its details about each image.
 * @param io only for HTML, which may show a time (`SOURCE_DATE_EPOCH`)
 * @param run only for HTML, as for `writeReportFiles`
 */
export function formatReportAs(
  format: ReportFormat,
  report: Report,
  io?: Pick<Io, 'env'>,
  run?: ReportedRun,
): string {
  return formatReportIn(format, report, VERSION, format === 'html' ? pageFacts(report, io, run) : undefined)
}

function pageFacts(
  { diagnostics }: Report,
  io: Pick<Io, 'env'> | undefined,
  run: ReportedRun | undefined,
): PageFacts {
  const isFailed = exitCodeOf(diagnostics, run?.failOn) !== EXIT.done
  return {
    command: run?.command,
    // A run that fails writes nothing, so nothing has changed.
    inputs: run && openShownInputs(run.inputs.map((one) => (isFailed ? { ...one, output: undefined } : one))),
    time: sourceDate(io?.env['SOURCE_DATE_EPOCH']),
    isFailed,
  }
}

/**
 * The time that a build sets for everything that it writes (reproducible-builds.org, SOURCE_DATE_EPOCH), in ISO 8601.
 * @param epoch seconds since 1970
 */
function sourceDate(epoch: string | undefined): string | undefined {
  if (epoch === undefined || !/^\d{1,11}$/.test(epoch)) return undefined
  return new Date(Number(epoch) * 1000).toISOString().replace('.000Z', 'Z')
}
