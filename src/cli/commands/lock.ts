import { resolve } from 'node:path'
import type { Diagnostic, ReportWarning } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import { secretsByImage } from '../../kube/find/secrets-by-image.ts'
import { type Layout, openLayout } from '../../layout/layout.ts'
import type { AppliedChange, LockChange } from '../../lock/lock.ts'
import { readLockFile, writeLockFile } from '../../lock/lock-file.ts'
import { parseReference } from '../../reference/parse.ts'
import type { Reference } from '../../reference/reference.ts'
import { byCause, formatDiagnostics } from '../../report/diagnostic-text.ts'
import { fromLayouts } from '../../resolve/layout-resolver.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import { type FoundInputs, type NamedInput, readInputs, readNamed } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { processIdentity } from '../io/process.ts'
import { formatReportAs, type ReportFormat, reportingFailure, writeReportFile } from '../io/report-file.ts'
import { messageColor, verbosityOf } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import type { LayoutFlag } from '../options/values.ts'
import { type AnswerConfig, knowingLock, lockPath, shownPath } from '../session/answers.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'
import { collectWarnings, startDeadline } from '../session/deadline.ts'
import { checkNamedFiles, openBlockList } from '../session/registry-files.ts'
import { buildResolver } from '../session/resolver.ts'
import { checkLock, completeLock, type LockAnswer, type LockQuestion, updateOf } from './lock-changes.ts'

/** The options of `pinpull lock`. */
export interface LockFlags extends Flags {
  /** A pattern; true is every image. */
  readonly update?: string | true | undefined
  readonly prune?: boolean | undefined
  readonly check?: boolean | undefined
  readonly fromLayout?: readonly LayoutFlag[] | undefined
  readonly image?: readonly Reference[] | undefined
  readonly format?: ReportFormat | undefined
}

/**
 * `pinpull lock`: makes the lock file hold what manifests need, or checks that it does. Nothing is written unless
 * everything resolved.
 *
 * @param paths files and folders of manifests; standard input where there is none
 * @returns the exit code
 */
export async function lock(paths: readonly string[], options: LockFlags, io: Io): Promise<number> {
  return reportingFailure(options, io, () => lockManifests(paths, options, io))
}

async function lockManifests(paths: readonly string[], options: LockFlags, io: Io): Promise<number> {
  const config = await loadConfig(options.config, io)
  const profile = chooseProfile(options.profile, config)
  const update = updateOf(options.update, io.cwd)
  if (options.update !== undefined && options.locked === true && options.fromLayout === undefined) {
    throw new UsageError('USAGE', {
      reason: '--update asks registries, which --locked forbids: name a --from-layout',
    })
  }
  const path = lockPath(options, config, io)
  const file = readLockFile(path, { displayPath: shownPath(path, io) })
  if (file.diagnostics.length > 0) {
    return exitCodeOf(say(file.diagnostics, profile.name, options, io))
  }
  const { inputs, leftOut } = readManifests(paths, options, io)
  const known = knowingLock(profile, file.lock)
  const deadline = startDeadline(options.timeout)
  const warnings = collectWarnings()
  try {
    const question: LockQuestion = {
      file,
      inputs,
      images: options.image ?? [],
      profile: options.platform === undefined ? known : { ...known, platform: options.platform },
      blockOf: await openBlockList(options, io),
      source: await openSource(options, { ...config, ...secretsOf(inputs, options) }, io, warnings.warn),
      signal: deadline.signal,
      now: Date.now,
    }
    const found = options.check
      ? await checkLock(question)
      : await completeLock(question, update, options.prune === true)
    const answer = { ...found, diagnostics: [...leftOut, ...found.diagnostics, ...warnings.all()] }
    const entries = [...file.lock.entries, ...answer.added]
    const failed = answer.diagnostics.some(({ severity }) => severity === 'error')
    if (typeof options.update === 'string' && !failed && !entries.some(update)) {
      const reason = `--update=${options.update} matches no image: nothing would be resolved again`
      throw new UsageError('USAGE', { reason })
    }
    return await conclude(question, answer, options, io)
  } finally {
    deadline.stop()
  }
}

/**
 * Whoever names images and no files wants those images alone; and what is locked can be looked at without manifests,
 * which nobody types.
 */
function readManifests(paths: readonly string[], options: LockFlags, io: Io): FoundInputs {
  const { image, update, check } = options
  const isOfLock = update !== undefined || check === true
  if (paths.length === 0 && (image !== undefined || (isOfLock && io.isInputTerminal())))
    return { inputs: [], leftOut: [] }
  return readInputs(paths, io, options)
}

/** The pull secrets of the workloads, where they may be used. */
function secretsOf(
  inputs: readonly NamedInput[],
  { pullSecrets }: LockFlags,
): Pick<AnswerConfig, 'pullSecrets'> {
  if (pullSecrets !== true) return {}
  const read = inputs.map(readNamed).flatMap((one) => (one.kind === 'read' ? [one.input] : []))
  return { pullSecrets: secretsByImage(read) }
}

/** The layouts, then the registries. Never the cache: what is locked was answered now. */
async function openSource(
  options: LockFlags,
  config: AnswerConfig,
  io: Io,
  warn: ReportWarning,
): Promise<LockQuestion['source']> {
  await checkNamedFiles(options, io)
  const { fromLayout = [] } = options
  const registries = options.locked === true ? undefined : buildResolver(options, config, io, warn)
  if (fromLayout.length === 0) return registries
  return fromLayouts(await openLayouts(fromLayout, io.cwd), registries)
}

async function conclude(
  { file, profile, signal }: LockQuestion,
  answer: LockAnswer,
  options: LockFlags,
  io: Io,
): Promise<number> {
  const { diagnostics } = answer
  const errors = byCause(diagnostics.filter(({ severity }) => severity === 'error')).length
  const code = exitCodeOf(say(diagnostics, profile.name, options, io))
  if (code !== EXIT.done) {
    const count = errors === 0 ? '' : `${errors} ${errors === 1 ? 'error' : 'errors'}; `
    tell(`${count}nothing was written`, options, io)
    return code
  }
  if (options.check === true) {
    tell(`${file.name} holds what the manifests need, and nothing has moved`, options, io)
    return EXIT.done
  }
  const written = await writeLockFile(file, answer, { process: processIdentity(), signal })
  if (verbosityOf(options) !== 'quiet')
    for (const line of changesOf(written)) io.writeMessage(`${printable(line)}\n`)
  tell(
    `${summary(written)}; ${file.name} ${written.isFileChanged ? 'was written' : 'is unchanged'}`,
    options,
    io,
  )
  return EXIT.done
}

function summary({ entries, added, updated, removed }: AppliedChange): string {
  const unchanged = entries.length - added.length - updated.length
  const images = `${entries.length} ${entries.length === 1 ? 'image' : 'images'}`
  return `${images}: ${added.length} added, ${updated.length} updated, ${unchanged} unchanged, ${removed.length} removed`
}

/** What was changed, a line each. */
function changesOf({ added, updated, removed }: LockChange): string[] {
  return [
    ...added.map(({ reference, digest }) => `added ${reference} ${digest}`),
    ...updated.map(({ before, after }) => `updated ${after.reference} ${before.digest} → ${after.digest}`),
    ...removed.map(({ reference, digest }) => `removed ${reference} ${digest}`),
  ]
}

/**
 * Says the findings, in the format that is asked for.
 * @returns them, and what went wrong with the report file
 */
function say(
  diagnostics: readonly Diagnostic[],
  profile: string,
  options: LockFlags,
  io: Io,
): readonly Diagnostic[] {
  const report = { profile, images: [], diagnostics }
  const unwritten = options.report === undefined ? [] : writeReportFile(options.report, report, io)
  const { format = 'text' } = options
  if (format !== 'text') io.writeOutput(formatReportAs(format, report))
  const verbosity = verbosityOf(options)
  const color = messageColor(options, io)
  const isShown = ({ severity }: Diagnostic): boolean => severity === 'error' || verbosity !== 'quiet'
  const findings = format === 'text' ? diagnostics.filter(isShown) : []
  const lines = formatDiagnostics([...unwritten, ...findings], color).map((text) => `${text}\n`)
  if (lines.length > 0) io.writeMessage(lines.join(''))
  return [...unwritten, ...diagnostics]
}

function tell(text: string, options: LockFlags, io: Io): void {
  if (verbosityOf(options) !== 'quiet') io.writeMessage(`${printable(`pinpull: lock: ${text}`)}\n`)
}

/**
 * Opens the layouts that are named, one after the other: each is read to its end.
 *
 * @param cwd what their paths are relative to
 */
async function openLayouts(flags: readonly LayoutFlag[], cwd: string): Promise<Layout[]> {
  const layouts: Layout[] = []
  for (const { path, reference } of flags) {
    const mapping = reference === undefined ? undefined : parseReference(reference)
    layouts.push(await openLayout(resolve(cwd, path), mapping, path))
  }
  return layouts
}
