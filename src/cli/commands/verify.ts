import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { mayFail } from '../../diagnostics/failing.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import type { Reference } from '../../reference/reference.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import type { ImageEntry, Report, ReportFormat } from '../../report/report.ts'
import { formatVerifiedList, formatVerifySummary } from '../../report/verified-list.ts'
import { readInput } from '../../transform.ts'
import { exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { type ManifestReader, NO_MANIFESTS, openManifests } from '../io/manifest-reader.ts'
import { factsOf, type InputFacts } from '../io/manifests.ts'
import { proofDiagnostics } from '../io/proof.ts'
import {
  formatReportAs,
  type ReportedRun,
  reportedInputs,
  withReportFiles,
  writeReportFiles,
} from '../io/report-file.ts'
import { hasOutputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { pullSecretsIn } from '../session/resolver.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'
import { openTransformer } from '../session/transform-inputs.ts'
import { type DemandFlags, verifyingProfile, withDemandOf } from '../session/verify-profile.ts'

interface VerifyFlags extends Flags, DemandFlags {
  readonly output?: ReportFormat | undefined
  /** Images to verify besides those of manifests. */
  readonly image?: readonly Reference[] | undefined
}

/**
 * `pinpull verify`: verifies the signatures of every image, changes nothing, and prints to standard output.
 * @param files files and folders; standard input if there are none, and no image is named
 * @returns the exit code
 */
export async function verify(files: readonly string[], flags: VerifyFlags, io: Io): Promise<number> {
  return withReportFiles(flags, io, () => verifyFiles(files, flags, io))
}

async function verifyFiles(files: readonly string[], flags: VerifyFlags, io: Io): Promise<number> {
  const opened = await withChangedFiles(openSession(flags, io), files)
  const demanded = withDemandOf(flags, opened)
  if (demanded.verify.length === 0) return refuseWithoutDemand(opened)
  const session = { ...opened, profile: verifyingProfile(demanded) }
  const isRead = flags.image === undefined || files.length > 0
  const manifests = isRead ? openManifests(files, session) : NO_MANIFESTS
  const { inputs, others } = await verifyManifests(manifests, session)
  const facts = inputs.map((one) => one.facts)
  const report: Report = {
    profile: session.profile.name,
    images: [...inputs, others].flatMap(({ images }) => images).map(unwritten),
    diagnostics: [
      ...manifests.skipped,
      ...(isRead ? proofDiagnostics(facts, flags) : []),
      ...[...inputs, others].flatMap(({ diagnostics }) => diagnostics).flatMap(asProof),
    ],
  }
  return endWith(report, reportedInputs(manifests, facts, session.profile.fields), session)
}

interface VerifiedInput extends Pick<Report, 'images' | 'diagnostics'> {
  readonly facts: InputFacts
}

/**
 * Verifies one input after another.
 * @returns `others`: the images that the command line names, and what is wrong with the run as a whole
 */
async function verifyManifests(
  manifests: ManifestReader,
  session: Session<VerifyFlags>,
): Promise<{ readonly inputs: readonly VerifiedInput[]; readonly others: Omit<Report, 'profile'> }> {
  const { image: named } = session.flags
  const transformer = await openTransformer(await pullSecretsIn(manifests, session), session)
  try {
    const inputs = await manifests.visitTogether(async (read): Promise<VerifiedInput> => {
      const { images, diagnostics } =
        read.kind === 'read'
          ? (await transformer.transform(read.input)).report
          : { images: [], diagnostics: [read.diagnostic] }
      return { images, diagnostics, facts: factsOf(read) }
    })
    const report = named && (await transformer.transform(imageStream(named))).report
    const { images, diagnostics } =
      report === undefined ? { images: [], diagnostics: [] } : withoutPlaces(report)
    return { inputs, others: { images, diagnostics: [...diagnostics, ...transformer.diagnostics()] } }
  } finally {
    transformer.close()
  }
}

/** Whoever verifies by a profile without a demand believes that something is verified. */
function refuseWithoutDemand(session: Session<VerifyFlags>): number {
  const { flags, io, profile } = session
  const args = { profile: profile.name }
  const report: Report = {
    profile: profile.name,
    images: [],
    diagnostics: [{ code: 'VERIFY_UNSET', severity: 'error', args }],
  }
  const unwrittenReports = writeReportFiles(flags.report, report, io, { command: COMMAND, inputs: [] })
  const format = flags.output ?? 'text'
  if (format !== 'text') io.writeOutput(formatReportAs(format, report, io))
  printDiagnostics([...report.diagnostics, ...unwrittenReports], session)
  if (io.log === undefined && flags.quiet !== true) io.writeMessage(EXAMPLE)
  return exitCodeOf(report.diagnostics)
}

const COMMAND = 'pinpull verify'

const EXAMPLE = `
    # pinpull.yaml
    apiVersion: pinpull.dev/v1alpha1
    kind: Pinpull
    spec: {profiles: [{name: prod, verify: [{images: ['ghcr.io/acme/**'], keys: [cosign.pub]}]}]}
`

/** Writes the report in every form that is asked for. */
function endWith(report: Report, inputs: ReportedRun['inputs'], session: Session<VerifyFlags>): number {
  const { flags, io } = session
  const run = { command: COMMAND, inputs, failOn: flags.failOn }
  const unwrittenReports = writeReportFiles(flags.report, report, io, run)
  const format = flags.output ?? 'text'
  io.writeOutput(
    format === 'text' ? formatText(report, inputs.length, session) : formatReportAs(format, report, io, run),
  )
  printDiagnostics(unwrittenReports, session)
  return exitCodeOf([...report.diagnostics, ...unwrittenReports], flags.failOn)
}

function formatText(report: Report, inputs: number, { flags, io }: Session<VerifyFlags>): string {
  const shown = report.diagnostics.filter((one) => flags.quiet !== true || mayFail(one, flags.failOn))
  const found = formatDiagnostics(shown, hasOutputColor(flags, io), flags.verbose)
  const table = flags.quiet === true ? '' : formatVerifiedList(report.images)
  const summary =
    flags.quiet === true || report.images.length === 0 ? [] : [formatVerifySummary(report, inputs)]
  const lines = [...found, ...summary].map((line) => `${line}\n`).join('')
  return table === '' || lines === '' ? `${table}${lines}` : `${table}\n${lines}`
}

/** Where images that are named on the command line are, until they have a place of nothing. */
const NAMED = '--image'

/** A stream with images, so that they go the way of all others. */
function imageStream(images: readonly Reference[]): Stream {
  const containers = images.map(({ text }, index) => ({ name: `image-${index}`, image: text }))
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'images' }, spec: { containers } }
  return readInput(Buffer.from(JSON.stringify(pod)), NAMED)
}

function withoutPlaces({ images, diagnostics, profile }: Report): Report {
  return {
    profile,
    images: images.map((entry) => ({ ...entry, at: {} })),
    diagnostics: diagnostics.map(({ at, ...one }) =>
      at === undefined || at.file === NAMED ? one : { ...one, at },
    ),
  }
}

/** Nothing is written, so an image stays as it is. */
function unwritten(entry: ImageEntry): ImageEntry {
  const { policyAfter: _, policyBy: __, reason, ...rest } = entry
  const { image, policyBefore, verified } = entry
  return {
    ...rest,
    result: image,
    outcome: verified === undefined && entry.outcome === 'failed' ? 'failed' : 'kept',
    reason: verified === undefined ? (reason ?? 'not verified') : 'verified',
    ...(policyBefore === undefined ? {} : { policyAfter: policyBefore }),
  }
}

/** What cannot be read proves nothing; that a copy of an image is left as it is, is no matter of signatures. */
function asProof(diagnostic: Diagnostic): readonly Diagnostic[] {
  if (diagnostic.code === 'IMAGE_COPY_LEFT') return []
  return [diagnostic.code === 'DOCUMENT_WITHOUT_OBJECT' ? { ...diagnostic, severity: 'error' } : diagnostic]
}
