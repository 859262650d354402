import type { Config } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { findHelmPreamble, hidePreamble } from '../../hosts/helm-preamble.ts'
import { deliver, detectHost, type Host, hostDiagnostics } from '../../hosts/host.ts'
import { objectlessFindings } from '../../kube/diagnostics/non-kubernetes.ts'
import { isOpaqueType } from '../../kube/tables/lookup.ts'
import type { Report } from '../../report/report.ts'
import { formatReport } from '../../report/text.ts'
import { type Input, readInput, type TransformedInput } from '../../transform.ts'
import type { Chunks } from '../../yaml/edit/splice.ts'
import { EXIT, exitCodeOf, findingsOf, isForeseen } from '../io/exit.ts'
import { type Io, isHelmPlugin } from '../io/io.ts'
import { reportingFailure, writeReportFile } from '../io/report-file.ts'
import { messageColor, verbosityOf } from '../io/terminal.ts'
import type { FilterFlags } from '../options/flags.ts'
import { CONFIG_FILE, chooseProfile, loadConfig } from '../session/config.ts'
import type { FunctionConfig } from '../session/read-config.ts'
import { transformByFlags } from '../session/transformation.ts'

/** For whoever called without a pipe to see what happens: nothing would. */
const TYPE = 'pinpull: type manifests and end them with Ctrl-D, or see pinpull --help'

/**
 * The main job: manifests from standard input to standard output. Writes output once and only if nothing failed, but
 * for a ResourceList, which goes back with what went wrong.
 * @returns the exit code
 */
export async function filter(options: FilterFlags, io: Io): Promise<number> {
  if (options.report === undefined) return filterInput(options, io)
  return reportingFailure(options, io, () => filterInput(options, io))
}

async function filterInput(options: FilterFlags, io: Io): Promise<number> {
  if (io.isInputTerminal() && options.quiet !== true) io.writeMessage(`${TYPE}\n`)
  const krm = options.krm === true || options.isFunctionContainer === true
  const bytes = io.readInput()
  // Before anything looks at the stream.
  const preamble = findHelmPreamble(bytes)
  const stream = preamble === undefined ? bytes : hidePreamble(bytes, preamble)
  const input = readInput(stream, undefined, { isUnparsed: isOpaqueType, krm })
  const host = detectHost(input.documents, { helmPlugin: isHelmPlugin(io), krm, preamble })
  if (options.krm === true && host.kind !== 'resource-list') refuseStream(input)
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
  readonly output: Chunks | undefined
  readonly exitCode: number
}

/** Everything but the answer to the host, the report file included. */
async function run(input: Input, host: Host, options: FilterFlags, io: Io): Promise<Ran> {
  const config = await loadConfig(options.config, io, functionConfigOf(input, host, options))
  const profile = chooseProfile(options.profile, config)
  const transformed = await transformByFlags(input, profile, config, options, io)
  const remarks = [
    ...unusedProfile(config, profile.name, options),
    ...remarksAt(host, input, transformed.report),
  ]
  const report = { ...transformed.report, diagnostics: [...remarks, ...transformed.report.diagnostics] }
  const unwritten = options.report === undefined ? [] : writeReportFile(options.report, report, io)
  const diagnostics = [...unwritten, ...report.diagnostics]
  const exitCode = exitCodeOf(diagnostics)
  const output = exitCode === EXIT.done ? transformed.output : undefined
  return { output, report: { ...report, diagnostics }, exitCode }
}

function functionConfigOf(
  { source }: Input,
  host: Host,
  { plugin }: FilterFlags,
): FunctionConfig | undefined {
  if (plugin !== undefined) return { kind: 'file', path: plugin.config, profile: plugin.profile }
  const node = host.kind === 'resource-list' ? host.list.functionConfig : undefined
  return node === undefined ? undefined : { kind: 'node', source, node }
}

/** Says that a functionConfig chooses a profile that does not count; a flag is known to go before both. */
function unusedProfile(
  { unusedProfile: ignored, file = CONFIG_FILE }: Config,
  profile: string,
  options: FilterFlags,
): Diagnostic[] {
  if (ignored === undefined || options.profile !== undefined) return []
  return [{ code: 'CONFIG_PROFILE_UNUSED', severity: 'warning', args: { ignored, profile, file } }]
}

/** What is no YAML has an error of its own. */
function refuseStream({ documents, diagnostics }: Input): void {
  if (diagnostics.some(({ code }) => code !== 'RESOURCE_LIST_UNEXPECTED')) return
  const found =
    documents.length === 1 ? 'it is one document of another kind' : `it has ${documents.length} documents`
  throw new UsageError('RESOURCE_LIST_MISSING', { found })
}

/** What there is to say about the host and the stream as a whole. Where there is an image there is a manifest. */
function remarksAt(host: Host, input: Input, { images, diagnostics }: Report): readonly Diagnostic[] {
  const remarks = hostDiagnostics(host, diagnostics)
  if (images.length > 0 || remarks.length > 0) return remarks
  return objectlessFindings([input])
}
