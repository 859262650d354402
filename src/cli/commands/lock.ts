import { resolve } from 'node:path'
import type { Severity } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic, ReportWarning } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import { type Layout, openLayout } from '../../layout/layout.ts'
import type { AppliedChange, LockChange, LockEntry } from '../../lock/lock.ts'
import { type LockFile, type LockWriteResult, readLockFile, writeLockFile } from '../../lock/lock-file.ts'
import type { Resolver } from '../../plan/resolver.ts'
import { parseReference } from '../../reference/parse.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { groupByCause } from '../../report/cause.ts'
import { layoutResolver } from '../../resolve/layout-resolver.ts'
import { withProgress } from '../../resolve/progress.ts'
import type { SignatureCollector } from '../../resolve/signature-collector.ts'
import { readInput } from '../../transform.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { type ManifestReader, NO_MANIFESTS, openManifests } from '../io/manifest-reader.ts'
import { processIdentity } from '../io/process.ts'
import type { Progress } from '../io/progress-line.ts'
import { formatReportAs, reportedInputs, withReportFiles, writeReportFiles } from '../io/report-file.ts'
import { showProgress, verbosityOf } from '../io/terminal.ts'
import type { LayoutFlag } from '../options/values.ts'
import { lockSettingsOf } from '../session/cool-down-rules.ts'
import { collectWarnings, startDeadline } from '../session/deadline.ts'
import { lockPath, shownPath, withLock } from '../session/lock.ts'
import { checkLockFlags, type LockFlags } from '../session/lock-flags.ts'
import { openSignatures } from '../session/lock-signatures.ts'
import { buildRegistries } from '../session/registries.ts'
import { pullSecretsIn } from '../session/resolver.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'
import { openVerifier } from '../session/verifier.ts'
import {
  changeLines,
  checkLock,
  completeLock,
  type LockChanges,
  type LockRequest,
  matchesEntry,
} from './lock/changes.ts'
import { adoptRunning } from './lock/running.ts'

/**
 * `pinpull lock`: adds to the lock file what manifests need, or checks that it has it. Nothing is written unless every
 * image was resolved.
 *
 * @param paths files and folders of manifests; standard input if there are none
 * @returns the exit code
 */
export async function lock(paths: readonly string[], flags: LockFlags, io: Io): Promise<number> {
  return withReportFiles(flags, io, () => lockManifests(paths, flags, io))
}

async function lockManifests(paths: readonly string[], flags: LockFlags, io: Io): Promise<number> {
  const session = openSession(flags, io)
  const { profile } = session
  checkLockFlags(paths, flags, io)
  const { update = false, match } = flags
  const isUpdated = (entry: LockEntry): boolean =>
    update && (match === undefined || match.some((pattern) => matchesEntry(pattern, entry)))
  const path = lockPath(session)
  const file = readLockFile(path, { displayPath: shownPath(path, io) })
  if (file.diagnostics.length > 0)
    return exitCodeOf(
      printReport({ images: [], diagnostics: file.diagnostics, facts: [] }, NO_MANIFESTS, file, session),
    )
  const manifests = openLockedManifests(paths, session)
  const deadline = startDeadline(flags.timeout)
  const warnings = collectWarnings()
  const progress = showProgress(flags, io)
  try {
    const opened = await openSource(manifests, session, warnings.warn, progress)
    const request: LockRequest = {
      file,
      manifests,
      images: flags.image ?? [],
      profile: {
        ...withLock(profile, file.lock),
        ...(flags.platform && { platform: flags.platform }),
      },
      findBlock: await session.openBlockList(),
      source: opened.source,
      signal: deadline.signal,
      now: io.now(),
      coolDown: lockSettingsOf(session),
      isForced: (image) =>
        flags.now === true && (match === undefined || match.some((pattern) => pattern.matches(image))),
      acceptedSigners: flags.acceptSigner ?? [],
      signatures: openLockSignatures(opened, file, session),
    }
    const found = await findChanges(request, isUpdated, flags)
    const changes = { ...found, diagnostics: [...manifests.skipped, ...found.diagnostics, ...warnings.all()] }
    const entries = [...file.lock.entries, ...changes.added]
    const hasErrors = changes.diagnostics.some(({ severity }) => severity === 'error')
    const unmatched = hasErrors
      ? undefined
      : match?.find((pattern) => !entries.some((entry) => matchesEntry(pattern, entry)))
    if (unmatched !== undefined) {
      const reason = `--match ${unmatched.text} matches no image of ${file.name}`
      throw new UsageError('USAGE', { reason })
    }
    progress.clear()
    return await conclude(request, changes, session)
  } finally {
    progress.clear()
    deadline.stop()
  }
}

function findChanges(
  request: LockRequest,
  isUpdated: (entry: LockEntry) => boolean,
  { check, fromStatus, prefer, prune }: LockFlags,
): Promise<LockChanges> {
  if (fromStatus === true) return adoptRunning(request, isUpdated, prefer)
  return check === true ? checkLock(request) : completeLock(request, isUpdated, prune === true)
}

/**
 * Finds the manifests, if there are any to read: with `--image` and no files only those images are locked, and at a terminal
 * the entries of the lock file can be updated and checked without manifests.
 */
function openLockedManifests(paths: readonly string[], session: Session<LockFlags>): ManifestReader {
  const { image, update, check } = session.flags
  const needsNoManifests = update === true || check === true
  if (paths.length === 0 && (image !== undefined || (needsNoManifests && session.io.isInputTerminal())))
    return NO_MANIFESTS
  return openManifests(paths, session)
}

/** Where digests are found, and the signatures for them. */
interface LockSource {
  readonly source: Resolver | undefined
  /** Absent where registries may not be asked. */
  readonly client: RegistryClient | undefined
  readonly layouts: readonly Layout[]
}

/** Opens the layouts, then the registries. Not the cache, since the lock file records what was answered now. */
async function openSource(
  manifests: ManifestReader,
  session: Session<LockFlags>,
  warn: ReportWarning,
  { onRequest, onProgress }: Progress,
): Promise<LockSource> {
  const { flags, io } = session
  const pullSecrets = await pullSecretsIn(manifests, session)
  const registries =
    flags.locked === true ? undefined : buildRegistries(session, { warn, pullSecrets, onRequest })
  const { client } = registries ?? {}
  const source = registries && withProgress(registries.resolver, onProgress)
  if (flags.fromLayout === undefined) return { source, client, layouts: [] }
  const layouts = await openLayouts(flags.fromLayout, io.cwd)
  return { source: layoutResolver(layouts, source), client, layouts }
}

/** Opens what verifies digests before they are locked. A check looks at what is stored, which is all that a run with `--locked` has. */
function openLockSignatures(
  { client, layouts }: LockSource,
  file: LockFile,
  session: Session<LockFlags>,
): SignatureCollector | undefined {
  if (session.profile.verify.length === 0) return undefined
  const parts = session.flags.check === true ? {} : { openClient: client && (() => client), layouts }
  return openSignatures(session, openVerifier(session, file, parts))
}

async function conclude(
  request: LockRequest,
  changes: LockChanges,
  session: Session<LockFlags>,
): Promise<number> {
  const { file, manifests } = request
  const { flags, io } = session
  const found = (severity: Severity): number =>
    groupByCause(changes.diagnostics.filter((one) => one.severity === severity)).length
  const errors = found('error')
  const warnings = flags.failOn === 'warning' ? found('warning') : 0
  const code = exitCodeOf(printReport(changes, manifests, file, session), flags.failOn)
  if (code !== EXIT.done) {
    const counts = [...counted(errors, 'error'), ...counted(warnings, 'warning')].join(', ')
    const noted = flags.check === true ? false : await writeNotes(request, changes)
    const written = noted
      ? `no digest was changed; ${file.name} has when new digests were first seen`
      : 'nothing was written'
    printStatus(`${counts === '' ? '' : `${counts}; `}${written}`, session)
    return code
  }
  if (flags.check === true) {
    const [ignored] = counted(errors, 'error')
    const waiting = changes.diagnostics.filter(({ code }) => code === 'LOCK_WAITING').length
    const moved =
      waiting === 0
        ? 'and nothing has moved'
        : `and ${counted(waiting, 'new digest')[0]} ${waiting === 1 ? 'waits' : 'wait'}`
    printStatus(
      ignored === undefined
        ? `${file.name} holds what the manifests need, ${moved}`
        : `${ignored}; --fail-on never ignores them`,
      session,
    )
    return EXIT.done
  }
  const applied = await write(request, changes)
  if (verbosityOf(flags) !== 'quiet')
    for (const line of changeLines(applied)) io.writeMessage(`${printable(line)}\n`)
  printStatus(
    `${summary(applied)}; ${file.name} ${applied.isFileChanged ? 'was written' : 'is unchanged'}`,
    session,
  )
  return EXIT.done
}

/**
 * Writes when new digests were first seen, although something else failed: the time that a digest waits must not start anew with
 * the next run.
 *
 * @returns whether the file was changed
 */
async function writeNotes(request: LockRequest, { noted }: LockChanges): Promise<boolean> {
  if (noted === undefined || noted.length === 0) return false
  const change = { added: [], updated: [], removed: [], noted }
  return (await write(request, change)).isFileChanged
}

function write({ file, signal, signatures }: LockRequest, change: LockChange): Promise<LockWriteResult> {
  const { objects } = signatures ?? {}
  return writeLockFile(file, change, { process: processIdentity(), signal, ...(objects && { objects }) })
}

function counted(count: number, noun: string): string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]
}

function summary({ entries, added, updated, removed }: AppliedChange): string {
  const unchanged = entries.length - added.length - updated.length
  const images = `${entries.length} ${entries.length === 1 ? 'image' : 'images'}`
  const candidates = entries.filter(({ candidate }) => candidate !== undefined).length
  const waiting = candidates === 0 ? '' : `, ${candidates} waiting`
  return `${images}: ${added.length} added, ${updated.length} updated, ${unchanged} unchanged, ${removed.length} removed${waiting}`
}

/**
 * Prints diagnostics in the format of `--output`, and writes the report file.
 * @returns the diagnostics, with an error if the report file cannot be written
 */
function printReport(
  { images, diagnostics, facts }: Pick<LockChanges, 'images' | 'diagnostics' | 'facts'>,
  manifests: ManifestReader,
  { source }: LockFile,
  session: Session<LockFlags>,
): readonly Diagnostic[] {
  const { flags, io, profile } = session
  const report = { profile: profile.name, images, diagnostics }
  // Findings are also about lines of the lock file.
  const { fields } = profile
  const lines =
    source === undefined
      ? []
      : [{ file: source.file, read: () => readInput(source.bytes, source.file), fields }]
  const run = {
    command: flags.check === true ? 'pinpull lock --check' : 'pinpull lock',
    inputs: [...reportedInputs(manifests, facts, fields), ...lines],
    failOn: flags.failOn,
  }
  const unwritten = writeReportFiles(flags.report, report, io, run)
  const { output: format = 'text' } = flags
  if (format !== 'text') io.writeOutput(formatReportAs(format, report, io, run))
  printDiagnostics(format === 'text' ? [...unwritten, ...diagnostics] : unwritten, session)
  return [...unwritten, ...diagnostics]
}

function printStatus(text: string, { flags, io }: Session): void {
  if (verbosityOf(flags) !== 'quiet') io.writeMessage(`${printable(`pinpull: lock: ${text}`)}\n`)
}

/**
 * Opens layouts one after the other, since each is read completely.
 *
 * @param cwd the folder that their paths are relative to
 */
async function openLayouts(flags: readonly LayoutFlag[], cwd: string): Promise<Layout[]> {
  const layouts: Layout[] = []
  for (const { path, reference } of flags) {
    const mapping = reference === undefined ? undefined : parseReference(reference)
    layouts.push(await openLayout(resolve(cwd, path), mapping, path))
  }
  return layouts
}
