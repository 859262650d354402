import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { deliver, detectHost, type Host, remarksOf } from '../../hosts/host.ts'
import type { Report } from '../../report/report.ts'
import { formatReport } from '../../report/text.ts'
import { type Input, readInput, type TransformedInput } from '../../transform.ts'
import type { Pieces } from '../../yaml/splice.ts'
import { messageColor } from '../color.ts'
import { type MessageFlags, type ProfileFlags, type ResolvingFlags, verbosityOf } from '../common-options.ts'
import { chooseProfile, loadConfig } from '../config.ts'
import { EXIT, exitCodeOf } from '../exit.ts'
import { findingsOf, isForeseen } from '../failure.ts'
import { type Io, isHelmPlugin } from '../io.ts'
import { transformByFlags } from '../transformation.ts'

export interface FilterOptions extends ProfileFlags, ResolvingFlags, MessageFlags {
  readonly report?: string
}

/** For whoever called without a pipe to see what happens: nothing would. */
const TYPE = 'pinpull: type manifests and end them with Ctrl-D, or see pinpull --help'

/**
 * The main job: manifests from standard input to standard output. Writes output once and only if nothing failed, but
 * for a ResourceList, which goes back with what went wrong.
 * @returns the exit code
 */
export async function filter(options: FilterOptions, io: Io): Promise<number> {
  try {
    return await filterInput(options, io)
  } catch (error) {
    if (options.report !== undefined) {
      const { writeFailureReport } = await import('../report-format.ts')
      await writeFailureReport(options.report, options.profile, error, io)
    }
    throw error
  }
}

async function filterInput(options: FilterOptions, io: Io): Promise<number> {
  if (io.isInputTerminal() && options.quiet !== true) io.writeMessage(`${TYPE}\n`)
  const input = readInput(io.readInput())
  const host = detectHost(input.documents, isHelmPlugin(io))
  const { output, report, exitCode } = await run(input, host, options, io).catch((error: unknown) => {
    if (host.kind === 'resource-list' && isForeseen(error)) {
      const delivered = deliver(host, input.source, undefined, findingsOf(error))
      if (delivered !== undefined) io.writeOutput(delivered)
    }
    throw error
  })
  const delivered = deliver(host, input.source, output, report.diagnostics)
  const color = report.diagnostics.length > 0 && messageColor(options, io)
  const failure = host.kind === 'resource-list' ? { failure: 'nothing was changed in the list' } : {}
  io.writeMessage(formatReport(report, { verbosity: verbosityOf(options), color, ...failure }))
  if (delivered !== undefined) io.writeOutput(delivered)
  return exitCode
}

interface Ran extends Pick<TransformedInput, 'report'> {
  /** Absent where anything is wrong, the report file included. */
  readonly output: Pieces | undefined
  readonly exitCode: number
}

/** Everything but the answer to the host, the report file included. */
async function run(input: Input, host: Host, options: FilterOptions, io: Io): Promise<Ran> {
  const node = host.kind === 'resource-list' ? host.list.functionConfig : undefined
  const carried = node === undefined ? undefined : { source: input.source, node }
  const config = await loadConfig(options.config, io, carried)
  const profile = chooseProfile(options.profile, config)
  const transformed = await transformByFlags(input, profile, config, options, io)
  const remarks = await remarksAt(host, input, transformed.report)
  const report = { ...transformed.report, diagnostics: [...remarks, ...transformed.report.diagnostics] }
  const unwritten = await writeReport(options.report, report, io)
  const diagnostics = [...unwritten, ...report.diagnostics]
  const exitCode = exitCodeOf(diagnostics)
  const output = exitCode === EXIT.done ? transformed.output : undefined
  return { output, report: { ...report, diagnostics }, exitCode }
}

async function writeReport(file: string | undefined, report: Report, io: Io): Promise<readonly Diagnostic[]> {
  if (file === undefined) return []
  const { writeReportFile } = await import('../report-format.ts')
  return writeReportFile(file, report, io)
}

/** What there is to say about the host and the stream as a whole. Where there is an image there is a manifest. */
async function remarksAt(
  host: Host,
  input: Input,
  { images, diagnostics }: Report,
): Promise<readonly Diagnostic[]> {
  const remarks = remarksOf(host, input.source, diagnostics)
  if (images.length > 0 || remarks.length > 0) return remarks
  const { objectlessFindings } = await import('../../kube/objectless.ts')
  return objectlessFindings([input])
}
