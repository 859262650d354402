import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { InternalError, UsageError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import { replaceFiles } from '../../files/file-set.ts'
import { errorReason } from '../../files/file-system.ts'
import { writeOutputFile } from '../../files/output-file.ts'
import type { FindWriter } from '../../plan/decision.ts'
import { withMemoization } from '../../resolve/memoization.ts'
import {
  type ChangedFile,
  formatPin,
  formatPinSummary,
  type PinFormat,
  type PinResult,
} from '../../sources/edit-report.ts'
import { editSources, type SortedFile, sortFiles } from '../../sources/edit-sources.ts'
import { fieldWriter } from '../../sources/flux-marker.ts'
import { DEFAULT_RELEASE, type HelmOptions } from '../../sources/helm/chart-source.ts'
import { patchFiles } from '../../sources/kustomize/patch-files.ts'
import { renamedImages } from '../../sources/kustomize/renamed-images.ts'
import { moveDigests } from '../../sources/moved-digests.ts'
import { formatPullRequest } from '../../sources/pull-request.ts'
import { type EditSession, NO_EDIT, type SourceEdit } from '../../sources/source-edit.ts'
import { readInput, transform } from '../../transform.ts'
import { VERSION } from '../../version.ts'
import { applyEdits } from '../../yaml/edit/splice.ts'
import { withoutInterruption } from '../io/ending-signals.ts'
import { distinctCode, EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { factsOf, inputDiagnostics, parseManifests, readable } from '../io/manifests.ts'
import { pathProgramRunner } from '../io/path-programs.ts'
import { realSourceDisk } from '../io/source-disk.ts'
import { type EditableFile, type EditableFiles, readEditableFiles } from '../io/source-files.ts'
import { hasOutputColor, verbosityOf } from '../io/terminal.ts'
import { type Moving, type MovingFlags, openMoving, refuseMisplacedUpdate } from '../session/moving.ts'
import { type OpenResolver, openResolver, pullSecretsOf } from '../session/resolver.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'

interface PinFlags extends MovingFlags {
  readonly write?: boolean | undefined
  readonly add?: boolean | undefined
  readonly summary?: string | undefined
  readonly output?: PinFormat | undefined
  readonly exitCode?: boolean | undefined
  readonly chart?: string | undefined
  readonly values?: readonly string[] | undefined
  readonly set?: readonly string[] | undefined
  readonly setString?: readonly string[] | undefined
  readonly kubeVersion?: string | undefined
  readonly apiVersions?: readonly string[] | undefined
  readonly namespace?: string | undefined
  readonly nameTemplate?: string | undefined
}

/**
 * `pinpull pin`: pins images where they are written: in manifests, kustomizations and values. Prints the change as a diff, and with
 * `--write` makes it: in all files, or in none.
 *
 * @param paths files and folders
 * @returns the exit code
 */
export async function pin(paths: readonly string[], flags: PinFlags, io: Io): Promise<number> {
  refuseMisplacedUpdate(flags)
  const session = openSession(flags, io)
  const disk = realSourceDisk(io.cwd)
  const read = readEditableFiles(paths, io, flags.exclude)
  refuseSummaryOverSource(flags, read, io)
  const sorted = sortFiles(read.files, { disk }, flags.chart)
  const manifests = parseManifests({ inputs: sorted.filter(isManifest).map(namedInput), skipped: [] })
  const open = await openResolver(pullSecretsOf(readable(manifests.inputs), session), session)
  try {
    const moving = openMoving(session, open.resolver, open.verifier)
    const unreadable = [...open.lockDiagnostics, ...(moving?.diagnostics ?? [])]
    const edit =
      unreadable.length > 0
        ? { ...NO_EDIT, diagnostics: unreadable }
        : await editSources(
            sorted,
            editSession(open, session, disk, moving, sorted.filter(isKustomization)),
            helmOptions(flags, paths),
          )
    const diagnostics = [
      ...read.skipped,
      ...inputDiagnostics(manifests.inputs.map(factsOf)),
      ...edit.diagnostics,
      ...open.warnings(),
    ]
    return await conclude({ ...edit, diagnostics }, read, session, moving, open.signal)
  } finally {
    open.close()
  }
}

/** @throws {UsageError} USAGE if the file of the summary is one that is read, which the summary would replace */
function refuseSummaryOverSource({ summary }: PinFlags, { files }: EditableFiles, { cwd }: Io): void {
  if (summary === undefined || !existsSync(resolve(cwd, summary))) return
  const realPath = realpathSync(resolve(cwd, summary))
  if (!files.some((file) => file.realPath === realPath)) return
  throw new UsageError('USAGE', { reason: `--summary ${summary} would replace a file that is to be pinned` })
}

/** What Helm gets beside the chart and its values: the same options, under their names. */
function helmOptions(flags: PinFlags, paths: readonly string[]): HelmOptions {
  const { chart, values = [], set = [], setString = [], apiVersions = [], kubeVersion, namespace } = flags
  const repeated = (name: string, list: readonly string[]): string[] => list.flatMap((one) => [name, one])
  const once = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value]
  return {
    chart,
    paths,
    values,
    release: flags.nameTemplate ?? DEFAULT_RELEASE,
    options: [
      ...repeated('--set', set),
      ...repeated('--set-string', setString),
      ...once('--kube-version', kubeVersion),
      ...repeated('--api-versions', apiVersions),
      ...once('--namespace', namespace),
    ],
  }
}

function isManifest({ kind }: SortedFile): boolean {
  return kind === 'manifest'
}

function namedInput({ path, bytes, isNamed }: SortedFile) {
  return { file: path, bytes, origin: isNamed ? 'named' : 'found' } as const
}

function isKustomization({ kind }: SortedFile): boolean {
  return kind === 'kustomization'
}

function findWriterOf(kustomizations: readonly SortedFile[], disk: EditSession['disk']): FindWriter {
  const renamed = renamedImages(kustomizations, disk)
  return (field, source) => fieldWriter(field, source) ?? renamed(field, source)
}

function editSession(
  open: OpenResolver,
  session: Session<PinFlags>,
  disk: EditSession['disk'],
  moving: Moving | undefined,
  kustomizations: readonly SortedFile[],
): EditSession {
  const { flags, io } = session
  const { profile, resolver, verifier, findBlock, signal } = open
  const options = {
    // A digest without its tag could not be moved when the tag moves.
    profile: profile.output === 'digest' ? ({ ...profile, output: 'tag-digest' } as const) : profile,
    // An image may stand in a kustomization, and in what it renders before and after the change.
    resolver: withMemoization(resolver),
    verifier,
    findBlock,
    platform: flags.platform,
    checkDigests: flags.checkDigests === true,
    signal,
    findWriter: findWriterOf(kustomizations, disk),
  }
  const patches = patchFiles(kustomizations)
  const optionsFor = (file: string | undefined): typeof options =>
    file !== undefined && patches.has(file) ? { ...options, profile: forPatches(options.profile) } : options
  const resolveOptions = { signal, platform: flags.platform ?? profile.platform }
  return {
    transform: (bytes, file) =>
      moving === undefined
        ? transform(bytes, { ...optionsFor(file), file })
        : moveDigests(readInput(bytes, file), { ...optionsFor(file), ...moving, resolveOptions }),
    disk,
    run: pathProgramRunner(io, signal),
    mayAdd: flags.add === true,
    signal,
  }
}

function forPatches(profile: Profile): Profile {
  return { ...profile, findings: { ...profile.findings, IMAGE_UNREADABLE: 'off' } }
}

/** Writes the files if that is wanted and nothing speaks against it, and prints what was done. */
async function conclude(
  edit: SourceEdit,
  { files }: EditableFiles,
  session: Session<PinFlags>,
  moving: Moving | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { flags } = session
  const code = exitCodeOf(edit.diagnostics, flags.failOn)
  const unmatched = code === EXIT.done ? moving?.unmatched() : undefined
  if (unmatched !== undefined) {
    throw new UsageError('USAGE', { reason: `--match ${unmatched.text} matches no image of the files` })
  }
  const changed = code === EXIT.done ? changedFiles(edit, files, session.io.cwd) : []
  // Whatever else happens: what was seen now must not count as new in the next run.
  await moving?.save(false, signal)
  const unwritten = flags.write === true ? writeFiles(changed) : []
  const diagnostics = [...unwritten, ...edit.diagnostics]
  const isWritten = flags.write === true && code === EXIT.done && unwritten.length === 0
  if (isWritten) await moving?.save(true, signal)
  const done = { ...edit, diagnostics, changed: unwritten.length > 0 ? [] : changed, isWritten }
  const unreported = writeSummary(done, moving, session)
  print({ ...done, diagnostics: [...unreported, ...diagnostics] }, session)
  const finalCode = exitCodeOf([...unreported, ...diagnostics], flags.failOn)
  return flags.exitCode === true && flags.write !== true
    ? distinctCode(finalCode, changed.length > 0)
    : finalCode
}

/** The new content of each file that changes. */
function changedFiles(edit: SourceEdit, files: readonly EditableFile[], cwd: string): ChangedFile[] {
  const realPaths = new Map(files.map(({ path, realPath }) => [path, realPath]))
  return edit.files.flatMap(({ file, edits }) => {
    const realPath = realPaths.get(file.path)
    if (realPath === undefined) throw new InternalError(`${file.path} was not to be edited`)
    const after = applyEdits(file.bytes, edits)
    return Buffer.from(after).equals(file.bytes)
      ? []
      : [{ path: file.path, nameInDiff: nameInDiff(file.path, cwd), realPath, before: file.bytes, after }]
  })
}

/** `git apply` takes names that are relative to the working directory. */
function nameInDiff(path: string, cwd: string): string {
  const name = relative(cwd, path)
  return isAbsolute(path) && !name.startsWith('..') && !isAbsolute(name) ? name : path
}

function writeFiles(changed: readonly ChangedFile[]): Diagnostic[] {
  const replacements = changed.map(({ realPath, before, after }) => ({ path: realPath, before, after }))
  const result = withoutInterruption(() => replaceFiles(replacements))
  if (result.kind === 'replaced') return []
  const file = changed.find(({ realPath }) => realPath === result.path)?.path ?? result.path
  const args = { file, reason: result.reason }
  return [{ code: 'SOURCE_NOT_WRITTEN', severity: 'error', args, at: { file } }]
}

/** Prints the change to standard output, and diagnostics and a summary to standard error. */
function print(result: PinResult, session: Session<PinFlags>): void {
  const { flags, io, profile } = session
  const { output: format = 'text' } = flags
  // A document for programs has the diagnostics in it.
  if (format === 'text' || format === 'name') printDiagnostics(result.diagnostics, session)
  const color = hasOutputColor(flags, io)
  io.writeOutput(formatPin(format, result, { profile: profile.name, color, version: VERSION }))
  if (verbosityOf(flags) !== 'quiet') io.writeMessage(`${printable(formatPinSummary(result))}\n`)
}

/** Writes the body of a pull request, if `--summary` names a file. */
function writeSummary(
  result: PinResult,
  moving: Moving | undefined,
  { flags: { summary }, io }: Session<PinFlags>,
): Diagnostic[] {
  if (summary === undefined) return []
  try {
    const text = formatPullRequest(result, moving?.mover.moves ?? [], io.now())
    writeOutputFile(resolve(io.cwd, summary), Buffer.from(text))
    return []
  } catch (error) {
    const args = { file: summary, reason: errorReason(error) }
    return [{ code: 'REPORT_NOT_WRITTEN', severity: 'error', args }]
  }
}
