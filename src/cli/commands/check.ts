import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { holdsObject } from '../../kube/diagnostics/non-kubernetes.ts'
import { check as checkStream } from '../../plan/check.ts'
import { blockedDiagnostics } from '../../plan/resolution-diagnostics.ts'
import type { FindBlock } from '../../plan/resolver.ts'
import { formatDiagnostic, formatDiagnostics } from '../../report/diagnostic-text.ts'
import type { ImageEntry, Report } from '../../report/report.ts'
import { formatCheckSummary } from '../../report/text.ts'
import type { Input, TransformedInput } from '../../transform.ts'
import { exitCodeOf } from '../io/exit.ts'
import { type ReadInput, readable, readInputs, readNamed, remarksAbout } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { formatReportAs, type ReportFormat, reportingFailure, writeReportFile } from '../io/report-file.ts'
import { messageColor, outputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'
import { checkNamedFiles, openBlockList } from '../session/registry-files.ts'
import { transformAll } from '../session/transformation.ts'

interface CheckFlags extends Flags {
  readonly ignoreOtherFiles?: boolean | undefined
  readonly format?: ReportFormat | undefined
  readonly requirePinned?: boolean | undefined
  readonly resolve?: boolean | undefined
}

/**
 * Holds manifests to a profile and changes nothing. Findings go to standard output, in the format that is asked for.
 * @param files files and folders; standard input where there are none
 * @returns the exit code
 */
export async function check(files: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  return reportingFailure(flags, io, () => checkFiles(files, flags, io))
}

async function checkFiles(files: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  const config = await loadConfig(flags.config, io)
  const profile = chooseProfile(flags.profile, config)
  await checkNamedFiles(flags, io)
  const blockOf = await openBlockList(flags, io)
  const { inputs: found, leftOut } = readInputs(files, io, flags)
  const inputs = found.map(readNamed)
  const resolved =
    flags.resolve === true || flags.checkDigests === true
      ? await transformAll(readable(inputs), profile, config, flags, io)
      : new Map<Input, TransformedInput>()
  const reports = await Promise.all(inputs.map((input) => checkOne(input, profile, flags, resolved, blockOf)))
  const report: Report = {
    profile: profile.name,
    images: reports.flatMap(({ images }) => images),
    diagnostics: [
      ...leftOut,
      ...objectless(inputs, flags),
      ...reports.flatMap(({ diagnostics }) => diagnostics),
    ],
  }
  const unwritten = flags.report === undefined ? [] : writeReportFile(flags.report, report, io)
  const format = flags.format ?? 'text'
  io.writeOutput(
    format === 'text' ? formatFindings(report, inputs.length, flags, io) : formatReportAs(format, report),
  )
  for (const one of unwritten) io.writeMessage(`${formatDiagnostic(one, messageColor(flags, io))}\n`)
  return exitCodeOf([...report.diagnostics, ...unwritten])
}

/**
 * A warning about inputs in which there is no object, which is an error where they should prove something: kustomize,
 * Helm 3 and a pipe without pipefail all end in success with nothing, where something went wrong.
 */
function objectless(inputs: readonly ReadInput[], flags: CheckFlags): readonly Diagnostic[] {
  const { requirePinned = false, ignoreOtherFiles = false } = flags
  const findings = remarksAbout(inputs, { requirePinned, ignoreOtherFiles })
  if (!requirePinned) return findings
  const isSaid = findings.some(({ code }) => code !== 'FILES_LEFT_OUT')
  if (!isSaid && !ignoreOtherFiles && inputs.every(isEmpty))
    return [...findings, inputs.length === 0 ? NOTHING_READ : NOTHING_PROVED]
  return findings.map((one) => (one.code === 'FILES_LEFT_OUT' ? one : { ...one, severity: 'error' }))
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

async function checkOne(
  read: ReadInput,
  profile: Profile,
  flags: CheckFlags,
  transformed: ReadonlyMap<Input, TransformedInput>,
  blockOf: FindBlock | undefined,
): Promise<Report> {
  if (read.kind === 'unreadable') {
    return { profile: profile.name, images: [], diagnostics: [read.diagnostic] }
  }
  const { input } = read
  const requirePinned = flags.requirePinned === true
  const report = checkStream(input, { profile, requirePinned })
  const pulled = report.images.filter((entry) => isPulled(entry, requirePinned))
  const blocked = blockOf === undefined ? [] : await blockedDiagnostics(pulled, profile, blockOf)
  const diagnostics = [...report.diagnostics, ...blocked]
  // What both say is said once.
  const known = new Set(diagnostics.map(keyOf))
  const resolved = transformed.get(input)?.report.diagnostics ?? []
  return { ...report, diagnostics: [...diagnostics, ...resolved.filter((one) => !known.has(keyOf(one)))] }
}

/** Whether an image counts for a list of blocked registries. What an annotation skips does for a proof. */
function isPulled({ reason }: ImageEntry, requirePinned: boolean): boolean {
  return reason !== 'excluded by profile' && (requirePinned || reason !== 'skipped by annotation')
}

function formatFindings(report: Report, inputs: number, flags: CheckFlags, io: Io): string {
  const color = outputColor(flags, io)
  const shown = report.diagnostics.filter(({ severity }) => flags.quiet !== true || severity === 'error')
  const lines = formatDiagnostics(shown, color)
  if (flags.quiet !== true) lines.push(formatCheckSummary(report, inputs))
  return lines.map((line) => `${line}\n`).join('')
}

function keyOf({ code, at = {} }: Diagnostic): string {
  return `${code} ${at.file}:${at.line}:${at.column}:${at.path}`
}
