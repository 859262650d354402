import type { Profile } from '../../config/profile.ts'
import type { Diagnostic, ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { mayFail } from '../../diagnostics/failing.ts'
import { type RunningReport, runningReport } from '../../inventory/running-report.ts'
import { holdsObject } from '../../kube/diagnostics/non-kubernetes.ts'
import { podKey, podOwners } from '../../kube/pod/pod-owner.ts'
import { check as checkStream } from '../../plan/check.ts'
import { blockedRegistryDiagnostics } from '../../plan/resolution-diagnostics.ts'
import type { FindRegistryBlock } from '../../plan/resolver.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { mergeByOwner } from '../../report/by-owner.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import type { ImageEntry, Report } from '../../report/report.ts'
import { formatCheckSummary } from '../../report/text.ts'
import type { TransformedInput } from '../../transform.ts'
import { exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { inputDiagnostics, type ReadInput, readable, readManifests } from '../io/manifests.ts'
import { formatReportAs, type ReportFormat, withReportFiles, writeReportFiles } from '../io/report-file.ts'
import { hasOutputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openLock, withLock } from '../session/lock.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'
import { transformInputs } from '../session/transform-inputs.ts'

interface CheckFlags extends Flags {
  readonly ignoreOtherFiles?: boolean | undefined
  readonly output?: ReportFormat | undefined
  readonly requirePinned?: boolean | undefined
  readonly resolve?: boolean | undefined
  /** Whether only Pods that run are judged, as the guard would judge them when they are recreated. */
  readonly running?: boolean | undefined
}

/**
 * `pinpull check`: checks manifests against a profile and changes nothing. Prints to standard output.
 * @param files files and folders; standard input if there are none
 * @returns the exit code
 */
export async function check(files: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  return withReportFiles(flags, io, () => checkFiles(files, flags, io))
}

async function checkFiles(files: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  const opened = await withChangedFiles(openSession(flags, io), files)
  const findBlock = await opened.openBlockList()
  // A lock file knows the manifests of denied indexes, and the indexes of denied manifests.
  const lock = opened.profile.denyDigests === undefined ? undefined : openLock(opened, false)
  const locked = withLock(opened.profile, lock?.lock)
  // The guard obeys no annotation.
  const profile: Profile = flags.running === true ? { ...locked, annotations: 'ignore' } : locked
  const session = { ...opened, profile }
  const { inputs, skipped } = readManifests(files, session)
  const transformed =
    flags.resolve === true || flags.checkDigests === true
      ? await transformInputs(readable(inputs), session)
      : new Map<Stream, TransformedInput>()
  const reports = await Promise.all(
    inputs.map(async (read) =>
      read.kind === 'read'
        ? checkInput(read.input, transformed.get(read.input), findBlock, session)
        : { images: [], diagnostics: [read.diagnostic] },
    ),
  )
  const whole: Report = {
    profile: session.profile.name,
    images: reports.flatMap(({ images }) => images),
    diagnostics: [
      ...(lock?.diagnostics ?? []),
      ...skipped,
      ...objectDiagnostics(inputs, flags),
      ...reports.flatMap(({ diagnostics }) => diagnostics),
    ],
  }
  const documents = readable(inputs).flatMap((input) => input.documents)
  const running = flags.running === true ? runningReport(whole, documents, profile.denyDigests) : undefined
  const report = running?.report ?? whole
  const { fields } = session.profile
  const run = {
    command: 'pinpull check',
    inputs: readable(inputs).map((input) => ({ input, fields })),
    failOn: flags.failOn,
  }
  const unwritten = writeReportFiles(flags.report, report, io, run)
  const format = flags.output ?? 'text'
  const owners = podOwners(documents)
  io.writeOutput(
    format === 'text'
      ? formatChecked(byOwner(report, owners), inputs.length, running, flags, io)
      : formatReportAs(format, report, io, run),
  )
  printDiagnostics(unwritten, session)
  return exitCodeOf([...report.diagnostics, ...unwritten], flags.failOn)
}

/**
 * Reports inputs without a Kubernetes object. With `--require-pinned` that is an error: kustomize, Helm 3 and a pipe without
 * pipefail all end successfully with no output after something went wrong. A list of changed files may well hold none.
 */
function objectDiagnostics(inputs: readonly ReadInput[], flags: CheckFlags): readonly Diagnostic[] {
  const diagnostics = inputDiagnostics(inputs, flags)
  if (flags.requirePinned !== true) return diagnostics
  const isExplained = diagnostics.some(({ code }) => code !== 'FILES_LEFT_OUT')
  const mayBeOthers = flags.ignoreOtherFiles === true || flags.changedSince !== undefined
  if (!isExplained && !mayBeOthers && inputs.every(isEmpty))
    return [...diagnostics, inputs.length === 0 ? NOTHING_READ : NOTHING_PROVED]
  return diagnostics.map((one) => (one.code === 'FILES_LEFT_OUT' ? one : { ...one, severity: 'error' }))
}

const NOTHING_PROVED: Diagnostic = {
  code: 'INPUT_WITHOUT_OBJECTS',
  severity: 'error',
  args: {
    found: 'it is empty',
    advice: 'check the previous step: did it fail without pipefail, or is everything disabled?',
  },
}

const NOTHING_READ: Diagnostic = {
  code: 'INPUT_WITHOUT_OBJECTS',
  severity: 'error',
  args: { found: 'every file was left out', advice: 'narrow --exclude, so that it leaves a file to check' },
}

/** An input that cannot be read has an error of its own. */
function isEmpty(read: ReadInput): boolean {
  return read.kind === 'read' && read.input.diagnostics.length === 0 && !holdsObject(read.input)
}

/** @param transformed what the filter would do, if images are to be resolved */
async function checkInput(
  input: Stream,
  transformed: TransformedInput | undefined,
  findBlock: FindRegistryBlock | undefined,
  { flags, profile }: Session<CheckFlags>,
): Promise<Report> {
  const requirePinned = flags.requirePinned === true
  const report = checkStream(input, { profile, requirePinned })
  const pulled = report.images.filter((entry) => isPulled(entry, requirePinned))
  const blocked = findBlock === undefined ? [] : await blockedRegistryDiagnostics(pulled, profile, findBlock)
  const diagnostics = [...report.diagnostics, ...blocked]
  // The filter reports some of them again.
  const known = new Set(diagnostics.map(keyOf))
  const others = (transformed?.report.diagnostics ?? []).filter((one) => !known.has(keyOf(one)))
  const images = transformed === undefined ? report.images : withAnswers(report.images, transformed.report)
  return { ...report, images, diagnostics: [...diagnostics, ...others] }
}

/** Adds what registries have answered to the images. These stay as they are, since nothing is written. */
function withAnswers(images: readonly ImageEntry[], answered: Report): readonly ImageEntry[] {
  const answers = new Map(answered.images.map((entry) => [placeOf(entry), entry]))
  return images.map((entry) => {
    const { digest, origin, originKind, platforms } = answers.get(placeOf(entry)) ?? {}
    if (digest === undefined || origin === undefined) return entry
    return { ...entry, digest, origin, originKind, ...(platforms && { platforms }) }
  })
}

function placeOf({ at }: ImageEntry): string {
  return `${at.document} ${at.path}`
}

/** Whether nodes pull an image, so that its registry may not be blocked. A proof ignores annotations that skip an image. */
function isPulled({ reason }: ImageEntry, requirePinned: boolean): boolean {
  return reason !== 'excluded by profile' && (requirePinned || reason !== 'skipped by annotation')
}

/** In text, what is wrong with the Pods of one owner is one entry: a cluster has many Pods of few workloads. */
function byOwner(report: Report, owners: ReadonlyMap<string, ResourceIdentifier>): Report {
  if (owners.size === 0) return report
  return { ...report, diagnostics: mergeByOwner(report.diagnostics, (pod) => owners.get(podKey(pod))) }
}

function formatChecked(
  report: Report,
  inputs: number,
  running: RunningReport | undefined,
  flags: CheckFlags,
  io: Io,
): string {
  const color = hasOutputColor(flags, io)
  const shown = report.diagnostics.filter((one) => flags.quiet !== true || mayFail(one, flags.failOn))
  const lines = formatDiagnostics(shown, color, flags.verbose)
  if (flags.quiet !== true) lines.push(formatCheckSummary(report, inputs) + failureNote(report, flags))
  if (running !== undefined && flags.quiet !== true)
    lines.push(
      `pinpull check: ${running.refused} of ${running.pods} running Pods would be refused when they are recreated`,
    )
  return lines.map((line) => `${line}\n`).join('')
}

/** Explains an exit code that does not follow from the errors. */
function failureNote({ diagnostics }: Report, { failOn }: CheckFlags): string {
  const normal = exitCodeOf(diagnostics)
  if (exitCodeOf(diagnostics, failOn) === normal) return ''
  return failOn === 'never' ? '; --fail-on never ignores them' : '; --fail-on warning fails on them'
}

function keyOf({ code, at = {} }: Diagnostic): string {
  return `${code} ${at.file}:${at.line}:${at.column}:${at.path}`
}
