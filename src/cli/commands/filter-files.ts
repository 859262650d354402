import { resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { isHelmCall } from '../../hosts/helm-call.ts'
import { commentOutPreamble, findHelmPreamble } from '../../hosts/helm-preamble.ts'
import { composeOutput, type Host, hostDiagnostics } from '../../hosts/host.ts'
import { holdsNoKubernetes } from '../../kube/diagnostics/non-kubernetes.ts'
import type { Report } from '../../report/report.ts'
import type { TransformedInput } from '../../transform.ts'
import { type Chunks, concatChunks } from '../../yaml/edit/splice.ts'
import { joinStreams } from '../../yaml/joined-streams.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import { type NamedInput, readInputs, requireFiles } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { parseManifests, type ReadInput, readable } from '../io/manifests.ts'
import { writeFilterReport } from '../io/messages.ts'
import { type ReportedRun, writeReportFiles } from '../io/report-file.ts'
import type { InputWatch } from '../io/standard-input.ts'
import type { FilterFlags } from '../options/flags.ts'
import { openSession, type Session } from '../session/session.ts'
import { transformManifests } from '../session/transform-files.ts'

const STANDARD_INPUT = '-'

/** What a user sees who starts the program at a terminal, and names no files. */
export function printShortHelp({ writeMessage }: Pick<Io, 'writeMessage'>): number {
  writeMessage(`pinpull pins the images of Kubernetes manifests to their digests. Name files or folders, or pipe manifests in:

  pinpull deploy.yaml > pinned.yaml
  pinpull -f manifests/ | kubectl apply -f -
  helm template shop ./chart | pinpull --profile prod | kubectl apply -f -
  pinpull diff deploy.yaml                      show what would change

See pinpull --help for all commands and options.
`)
  return EXIT.usage
}

/**
 * Pins the manifests of files and folders, and writes them to standard output as one stream, only if nothing failed in any of
 * them.
 * @param files files and folders, and perhaps `-` for standard input
 * @returns the exit code
 * @throws {UsageError} USAGE if the output goes to one of the files; FILES_BESIDE_STREAM if a host or a pipe passes a stream that
 *   would not be read; and as `readInputs` does
 */
export async function filterFiles(files: readonly string[], flags: FilterFlags, io: Io): Promise<number> {
  requireFiles(files, io.cwd)
  refuseOutputFile(files, io)
  const named = shownNames(files.filter((file) => file !== STANDARD_INPUT))
  if (flags.krm === true) throw krmError(named)
  if (files.includes(STANDARD_INPUT)) return await printPinned(files, flags, io, () => [])
  const watch = io.watchInput()
  try {
    refuseHelm(watch, named, io)
    await watch.settled()
    return await printPinned(files, flags, io, () => streamDiagnostics(watch, named))
  } finally {
    watch.close()
  }
}

/** @param lookAtStream called first, and again before anything is written: what it throws ends the run */
async function printPinned(
  files: readonly string[],
  flags: FilterFlags,
  io: Io,
  lookAtStream: () => readonly Diagnostic[],
): Promise<number> {
  lookAtStream()
  const session = openSession(flags, io)
  const { inputs, skipped } = readInputs(files, io, flags)
  const hosts = new Map<string | undefined, Host>()
  const opened = inputs.map((input) => openInput(input, hosts))
  const { inputs: read, skipped: left } = parseManifests({ inputs: opened, skipped })
  const { transformed, report } = await transformManifests({ inputs: read, skipped: left }, session)
  const kept = keptOutputs(read, transformed, hosts)
  const joined = joinStreams(kept.map(({ bytes }) => bytes))
  const diagnostics = [
    ...lookAtStream(),
    ...[...hosts].flatMap(([file, host]) => inFile(file, hostDiagnostics(host, []))),
    ...report.diagnostics,
    ...(joined.kind === 'separate' ? [notJoined(kept[joined.index]?.file, joined.reason)] : []),
  ]
  const reported = readable(read).map((input, index) => ({
    file: input.source.file,
    read: () => input,
    output: transformed[index]?.output,
    fields: session.profile.fields,
  }))
  const chunks = joined.kind === 'joined' ? joined.chunks : []
  return print({ report: { ...report, diagnostics }, chunks, reported }, session)
}

/** Turns the lines that Helm prints before the manifests into comments, as in a stream, and remembers them. */
function openInput(input: NamedInput, hosts: Map<string | undefined, Host>): NamedInput {
  const preamble = findHelmPreamble(input.bytes)
  if (preamble === undefined) return input
  hosts.set(input.file, { kind: 'stream', preamble })
  return { ...input, bytes: commentOutPreamble(input.bytes, preamble) }
}

interface KeptOutput {
  /** Absent for standard input. */
  readonly file: string | undefined
  readonly bytes: Uint8Array
}

/** The outputs of all inputs but files of folders that hold no Kubernetes object, which are reported as left out. */
function keptOutputs(
  inputs: readonly ReadInput[],
  transformed: readonly TransformedInput[],
  hosts: ReadonlyMap<string | undefined, Host>,
): KeptOutput[] {
  const read = inputs.flatMap((one) => (one.kind === 'read' ? [one] : []))
  return transformed.flatMap(({ source, output }, index) => {
    const one = read[index]
    if (output === undefined || (one?.origin === 'found' && holdsNoKubernetes(one.input))) return []
    const host: Host = hosts.get(source.file) ?? { kind: 'stream' }
    return [{ file: source.file, bytes: concatChunks(composeOutput(host, source, output, []) ?? []) }]
  })
}

function inFile(file: string | undefined, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((one) => (file === undefined ? one : { ...one, at: { file } }))
}

function notJoined(file: string | undefined, reason: string): Diagnostic {
  return { code: 'FILES_NOT_JOINED', severity: 'error', args: { file: file ?? 'standard input', reason } }
}

interface Result {
  readonly report: Report
  /** The manifests. */
  readonly chunks: Chunks
  readonly reported: ReportedRun['inputs']
}

/** Writes the report, its text and, unless there is any error, the manifests. */
function print({ report, chunks, reported }: Result, { flags, io }: Session<FilterFlags>): number {
  const run = { command: 'pinpull', inputs: reported, failOn: flags.failOn }
  const diagnostics = [...writeReportFiles(flags.report, report, io, run), ...report.diagnostics]
  const exitCode = exitCodeOf(diagnostics, flags.failOn)
  writeFilterReport({ ...report, diagnostics }, { exitCode }, flags, io)
  if (exitCode === EXIT.done) io.writeOutput(chunks)
  return exitCode
}

const READ_BOTH = 'to read both, add - to the files; to read the files only, add < /dev/null'

/**
 * `pinpull a.yaml > a.yaml` reads what the shell has emptied: without a word its user would look for the manifests elsewhere.
 * @throws {UsageError} USAGE
 */
function refuseOutputFile(files: readonly string[], io: Io): void {
  const file = files.find((one) => one !== STANDARD_INPUT && io.isOutputFile(resolve(io.cwd, one)))
  if (file === undefined) return
  const reason = `${file} is also where the output goes, and > has emptied it: restore it, and write to another file, or into this one with pinpull pin --write`
  throw new UsageError('USAGE', { reason })
}

/** @throws {UsageError} FILES_BESIDE_STREAM if standard input has data */
function streamDiagnostics(watch: InputWatch, named: string): readonly Diagnostic[] {
  switch (watch.state()) {
    case 'data':
      throw new UsageError('FILES_BESIDE_STREAM', {
        reason: `${named} would be read, but manifests come from standard input too`,
        advice: `to transform the stream, leave ${named} out; ${READ_BOTH}`,
      })
    case 'idle':
      return [{ code: 'INPUT_IDLE', severity: 'info', args: {} }]
    case 'ended':
      return []
  }
}

/**
 * Helm always passes a pipe, which is empty if a chart renders nothing. Files would become a part of the release then.
 * @throws {UsageError} FILES_BESIDE_STREAM
 */
function refuseHelm({ isPipe }: InputWatch, named: string, io: Io): void {
  if (!isPipe || !isHelmCall(io.env, io.parentProgram())) return
  throw new UsageError('FILES_BESIDE_STREAM', {
    reason: `${named} would replace the manifests that Helm passes on standard input`,
    advice: `an option such as the profile needs its name: --post-renderer-args=--profile=prod; outside Helm, add < /dev/null`,
  })
}

function krmError(named: string): UsageError {
  return new UsageError('FILES_BESIDE_STREAM', {
    reason: `with --krm a ResourceList comes from standard input, and ${named} would replace it`,
    advice: `leave ${named} out; an option such as the profile needs its name: --profile prod`,
  })
}

const SHOWN = 3

function shownNames(files: readonly string[]): string {
  const more = files.length > SHOWN ? ', …' : ''
  return `${files.slice(0, SHOWN).join(', ')}${more}`
}
