import type { Profile } from '../../config/profile.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { mayFail } from '../../diagnostics/failing.ts'
import { type RunningReport, runningReport } from '../../inventory/running-report.ts'
import { podKey } from '../../kube/pod/pod-owner.ts'
import { mergeByOwner } from '../../report/by-owner.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import type { Report } from '../../report/report.ts'
import { formatCheckSummary } from '../../report/text.ts'
import { collectYoung } from '../heap.ts'
import { exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { openManifests } from '../io/manifest-reader.ts'
import { inputDiagnostics } from '../io/manifests.ts'
import { proofDiagnostics } from '../io/proof.ts'
import { formatReportAs, reportedInputs, withReportFiles, writeReportFiles } from '../io/report-file.ts'
import { hasOutputColor } from '../io/terminal.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openLock, withLock } from '../session/lock.ts'
import { openSession, printDiagnostics } from '../session/session.ts'
import { withStrictVerification } from '../session/verify-profile.ts'
import { type CheckedInput, type CheckFlags, checkManifests, printsOnlyText } from './check/checked-input.ts'

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
  const judged: Profile = flags.running === true ? { ...locked, annotations: 'ignore' } : locked
  const profile = flags.verifySignatures === true ? withStrictVerification(judged) : judged
  if (flags.verifySignatures === true && profile.verify.length === 0)
    throw new UsageError('VERIFY_UNSET', { profile: profile.name })
  const session = { ...opened, profile }
  const manifests = openManifests(files, session)
  const inputs = await checkManifests(manifests, findBlock, session)
  const facts = inputs.map((one) => one.facts)
  const whole: Report = {
    profile: session.profile.name,
    images: inputs.flatMap(({ images }) => images),
    diagnostics: [
      ...(lock?.diagnostics ?? []),
      ...manifests.skipped,
      ...(flags.requirePinned === true ? proofDiagnostics(facts, flags) : inputDiagnostics(facts, flags)),
      ...inputs.flatMap(({ diagnostics }) => diagnostics),
    ],
  }
  const running =
    flags.running === true
      ? runningReport(
          whole,
          inputs.flatMap((one) => one.running),
        )
      : undefined
  const report = running?.report ?? whole
  const format = flags.output ?? 'text'
  const run = {
    command: 'pinpull check',
    // A large folder has many.
    inputs: printsOnlyText(flags) ? [] : reportedInputs(manifests, facts, session.profile.fields),
    failOn: flags.failOn,
  }
  const unwritten = writeReportFiles(flags.report, report, io, run)
  if (format === 'text') writeLines(formatChecked(byOwner(report, inputs), inputs, running, flags, io), io)
  else io.writeOutput(formatReportAs(format, report, io, run))
  printDiagnostics(unwritten, session)
  return exitCodeOf([...report.diagnostics, ...unwritten], flags.failOn)
}

/** In text, what is wrong with the Pods of one owner is one entry: a cluster has many Pods of few workloads. */
function byOwner(report: Report, inputs: readonly CheckedInput[]): Report {
  const owners = new Map(inputs.flatMap((one) => one.owners))
  if (owners.size === 0) return report
  return { ...report, diagnostics: mergeByOwner(report.diagnostics, (pod) => owners.get(podKey(pod))) }
}

function* formatChecked(
  report: Report,
  inputs: readonly CheckedInput[],
  running: RunningReport | undefined,
  flags: CheckFlags,
  io: Io,
): Generator<string, void> {
  const color = hasOutputColor(flags, io)
  const shown = report.diagnostics.filter((one) => flags.quiet !== true || mayFail(one, flags.failOn))
  yield* formatDiagnostics(shown, color, flags.verbose)
  if (flags.quiet === true) return
  const images = running?.report.images.length ?? inputs.reduce((sum, one) => sum + one.imageCount, 0)
  yield formatCheckSummary(report, images, inputs.length) + failureNote(report, flags)
  if (running !== undefined)
    yield `pinpull check: ${running.refused} of ${running.pods} running Pods would be refused when they are recreated`
}

/** How many texts are written at once. */
const WRITTEN = 1000

/** Those of a large folder are not joined to one text of many megabytes. */
function writeLines(texts: Iterable<string>, io: Io): void {
  let lines: string[] = []
  const write = (): void => {
    if (lines.length > 0) io.writeOutput(lines.join(''))
    lines = []
  }
  for (const text of texts) {
    lines.push(`${text}\n`)
    if (lines.length < WRITTEN) continue
    write()
    collectYoung()
  }
  write()
}

/** Explains an exit code that does not follow from the errors. */
function failureNote({ diagnostics }: Report, { failOn }: CheckFlags): string {
  const normal = exitCodeOf(diagnostics)
  if (exitCodeOf(diagnostics, failOn) === normal) return ''
  return failOn === 'never' ? '; --fail-on never ignores them' : '; --fail-on warning fails on them'
}
