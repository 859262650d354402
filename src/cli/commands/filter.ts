import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { commentOutPreamble, findHelmPreamble } from '../../hosts/helm-preamble.ts'
import { composeOutput, detectHost, type Host, hostDiagnostics } from '../../hosts/host.ts'
import { inputWithoutObjectsDiagnostics, objectFactsOf } from '../../kube/diagnostics/non-kubernetes.ts'
import { isOpaqueType } from '../../kube/tables/lookup.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { LARGE_STREAM_BYTES } from '../../plan/windows.ts'
import type { Report } from '../../report/report.ts'
import { readInput, type TransformedInput } from '../../transform.ts'
import type { Chunks } from '../../yaml/edit/splice.ts'
import { limitHeap } from '../heap.ts'
import { EXIT, type ExitCode, errorDiagnostics, exitCodeOf, isUserError } from '../io/exit.ts'
import { type Io, isHelmPlugin } from '../io/io.ts'
import { writeFilterReport } from '../io/messages.ts'
import { runBefore } from '../io/program-before.ts'
import { withReportFiles, writeReportFiles } from '../io/report-file.ts'
import type { FilterFlags } from '../options/flags.ts'
import { CONFIG_FILE } from '../session/config.ts'
import type { FunctionConfig } from '../session/read-config.ts'
import { openSession, type Session } from '../session/session.ts'
import { transformInputs } from '../session/transform-inputs.ts'
import { filterFiles, printShortHelp } from './filter-files.ts'

/** Explains to a user at a terminal what the program is waiting for. */
const TYPE_MANIFESTS = 'pinpull: type manifests and end them with Ctrl-D, or see pinpull --help'

/** From how many bytes of input on the heap is kept small: below, it is not what most of the memory is for. */
const LARGE_INPUT = 8_000_000

const BEFORE_FILES = '--before runs a program on standard input, and cannot be used with files'

/**
 * Pins manifests and writes them to standard output, once and only if nothing failed. A ResourceList is also written after a
 * failure, with the errors as its results.
 * @param files files and folders, and `-` for standard input, which is read if there are none
 * @returns the exit code
 */
export async function filter(files: readonly string[], flags: FilterFlags, io: Io): Promise<number> {
  if (files.length === 0 && io.isInputTerminal()) return printShortHelp(io)
  if (flags.before !== undefined && files.length > 0) throw new UsageError('USAGE', { reason: BEFORE_FILES })
  const run = () =>
    files.every((file) => file === '-') ? filterInput(flags, io) : filterFiles(files, flags, io)
  return flags.report === undefined ? run() : withReportFiles(flags, io, run)
}

async function filterInput(flags: FilterFlags, io: Io): Promise<number> {
  if (io.isInputTerminal() && flags.quiet !== true) io.writeMessage(`${TYPE_MANIFESTS}\n`)
  const krm = flags.krm === true || flags.isFunctionContainer === true
  const given = io.readInput()
  if (given.length > LARGE_INPUT) limitHeap()
  const bytes = flags.before === undefined ? given : runBefore(flags.before, given, io)
  // Before anything looks at the stream.
  const preamble = findHelmPreamble(bytes)
  const stream = preamble === undefined ? bytes : commentOutPreamble(bytes, preamble)
  const input = readInput(stream, undefined, { isUnparsed: isOpaqueType, krm, deferFrom: LARGE_STREAM_BYTES })
  const host = detectHost(input.documents, { helmPlugin: isHelmPlugin(io), krm, preamble })
  if (flags.krm === true && host.kind !== 'resource-list') refuseStream(input)
  const { output, report, exitCode } = await run(input, host, flags, io).catch((error: unknown) => {
    if (host.kind === 'resource-list' && isUserError(error)) {
      const delivered = composeOutput(host, input.source, undefined, errorDiagnostics(error))
      if (delivered !== undefined) io.writeOutput(delivered)
    }
    throw error
  })
  const delivered = composeOutput(host, input.source, output, report.diagnostics)
  const failure = host.kind === 'resource-list' ? 'nothing was changed in the list' : undefined
  writeFilterReport(report, { exitCode, failure }, flags, io)
  if (delivered !== undefined) io.writeOutput(delivered)
  return exitCode
}

interface FilterResult extends Pick<TransformedInput, 'report'> {
  /** Absent if there is any error, one of the report file included. */
  readonly output: Chunks | undefined
  readonly exitCode: ExitCode
}

/** Transforms the input and writes the report file. */
async function run(input: Stream, host: Host, flags: FilterFlags, io: Io): Promise<FilterResult> {
  const session = openSession(flags, io, functionConfigOf(input, host, flags))
  const transformed = (await transformInputs([input], session)).get(input) as TransformedInput
  const notices = [
    ...unusedProfileDiagnostics(session),
    ...streamDiagnostics(host, input, transformed.report),
  ]
  const report = { ...transformed.report, diagnostics: [...notices, ...transformed.report.diagnostics] }
  const unwritten =
    flags.report === undefined
      ? []
      : writeReportFiles(flags.report, report, io, {
          command: 'pinpull',
          inputs: [{ read: () => input, output: transformed.output, fields: session.profile.fields }],
          failOn: flags.failOn,
        })
  const diagnostics = [...unwritten, ...report.diagnostics]
  const exitCode = exitCodeOf(diagnostics, flags.failOn)
  const output = exitCode === EXIT.done ? transformed.output : undefined
  return { output, report: { ...report, diagnostics }, exitCode }
}

function functionConfigOf(
  { source }: Stream,
  host: Host,
  { plugin }: FilterFlags,
): FunctionConfig | undefined {
  if (plugin !== undefined) return { kind: 'file', path: plugin.config, profile: plugin.profile }
  const node = host.kind === 'resource-list' ? host.list.functionConfig : undefined
  return node === undefined ? undefined : { kind: 'node', source, node }
}

/** Warns about a functionConfig that chooses another profile than the configuration. A flag overrides both, as users expect. */
function unusedProfileDiagnostics({ flags, config, profile }: Session): Diagnostic[] {
  const { unusedProfile: ignored, file = CONFIG_FILE } = config
  if (ignored === undefined || flags.profile !== undefined) return []
  return [
    { code: 'CONFIG_PROFILE_UNUSED', severity: 'warning', args: { ignored, profile: profile.name, file } },
  ]
}

/** @throws {UsageError} RESOURCE_LIST_MISSING, unless the YAML is broken, which has an error of its own */
function refuseStream({ documents, diagnostics }: Stream): void {
  if (diagnostics.some(({ code }) => code !== 'RESOURCE_LIST_UNEXPECTED')) return
  const found =
    documents.length === 1 ? 'it is one document of another kind' : `it has ${documents.length} documents`
  throw new UsageError('RESOURCE_LIST_MISSING', { found })
}

/** Warnings about the host and the stream as a whole. A stream with an image holds a Kubernetes object. */
function streamDiagnostics(
  host: Host,
  input: Stream,
  { images, diagnostics }: Report,
): readonly Diagnostic[] {
  const notices = hostDiagnostics(host, diagnostics)
  if (images.length > 0 || notices.length > 0) return notices
  return inputWithoutObjectsDiagnostics([objectFactsOf(input)])
}
