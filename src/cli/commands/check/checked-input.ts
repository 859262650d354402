import type { Diagnostic, ResourceIdentifier } from '../../../diagnostics/diagnostic.ts'
import { type RunningPods, runningPodsIn } from '../../../inventory/running-report.ts'
import { podOwners } from '../../../kube/pod/pod-owner.ts'
import { check as checkStream } from '../../../plan/check.ts'
import { blockedRegistryDiagnostics } from '../../../plan/resolution-diagnostics.ts'
import type { FindRegistryBlock } from '../../../plan/resolver.ts'
import type { ImageEntry, Report, ReportFormat } from '../../../report/report.ts'
import type { ManifestReader } from '../../io/manifest-reader.ts'
import { factsOf, type InputFacts, type ReadInput } from '../../io/manifests.ts'
import type { Flags } from '../../options/flags.ts'
import { pullSecretsIn } from '../../session/resolver.ts'
import type { Session } from '../../session/session.ts'
import { type OpenTransformer, openTransformer } from '../../session/transform-inputs.ts'

export interface CheckFlags extends Flags {
  readonly ignoreOtherFiles?: boolean | undefined
  readonly output?: ReportFormat | undefined
  readonly requirePinned?: boolean | undefined
  readonly resolve?: boolean | undefined
  readonly verifySignatures?: boolean | undefined
  /** Whether only Pods that run are judged, as the guard would judge them when they are recreated. */
  readonly running?: boolean | undefined
}

/** What `pinpull check` keeps of an input: texts, and not the input itself. */
export interface CheckedInput extends Pick<Report, 'images' | 'diagnostics'> {
  readonly facts: InputFacts
  /** How many images it has: `images` is empty where only the number is wanted. */
  readonly imageCount: number
  /** The owners of its Pods, by `podKey`. */
  readonly owners: readonly (readonly [string, ResourceIdentifier])[]
  /** What its Pods run, if only these are judged. */
  readonly running: readonly RunningPods[]
}

/** A checked input, whose diagnostics are still in two parts. */
interface Checked extends CheckedInput {
  /** What the filter would report besides. */
  readonly others: readonly Diagnostic[]
}

/** Whether anything that is printed or judged needs more of the images than their number, of which a large folder has many. */
function needsImages(flags: CheckFlags): boolean {
  return !printsOnlyText(flags) || flags.running === true
}

/** Whether all that is printed is text, which shows neither single images nor lines of their files. */
export function printsOnlyText({ output, report }: CheckFlags): boolean {
  return (output ?? 'text') === 'text' && report === undefined
}

/** Checks manifests one after another. With `--resolve`, `--check-digests` and `--verify-signatures` images are resolved as the filter would. */
export async function checkManifests(
  manifests: ManifestReader,
  findBlock: FindRegistryBlock | undefined,
  session: Session<CheckFlags>,
): Promise<readonly CheckedInput[]> {
  const { flags } = session
  const { resolve, checkDigests, verifySignatures } = flags
  if (resolve !== true && checkDigests !== true && verifySignatures !== true)
    return manifests.visit((read) => checkInput(read, undefined, findBlock, session))
  const transformer = await openTransformer(await pullSecretsIn(manifests, session), session)
  try {
    const inputs = await manifests.visitTogether((read) => checkInput(read, transformer, findBlock, session))
    const first = inputs.findIndex(({ facts }) => facts.isRead)
    const ofRun = transformer.diagnostics()
    return inputs.map(({ others, ...one }, index) => {
      const more = index === first ? [...others, ...unknownTo(one, ofRun)] : others
      return { ...one, diagnostics: [...one.diagnostics, ...more] }
    })
  } finally {
    transformer.close()
  }
}

/** @param transformer does what the filter would do, if images are to be resolved */
async function checkInput(
  read: ReadInput,
  transformer: OpenTransformer | undefined,
  findBlock: FindRegistryBlock | undefined,
  { flags, profile }: Session<CheckFlags>,
): Promise<Checked> {
  if (read.kind === 'unreadable') {
    const nothing = { images: [], imageCount: 0, others: [], owners: [], running: [] }
    return { ...nothing, facts: factsOf(read), diagnostics: [read.diagnostic] }
  }
  const { input } = read
  const requirePinned = flags.requirePinned === true
  const report = checkStream(input, { profile, requirePinned })
  const pulled = report.images.filter((entry) => isPulled(entry, requirePinned))
  const blocked = findBlock === undefined ? [] : await blockedRegistryDiagnostics(pulled, profile, findBlock)
  const diagnostics = [...report.diagnostics, ...blocked]
  const transformed = await transformer?.transform(input)
  const images = transformed === undefined ? report.images : withAnswers(report.images, transformed.report)
  return {
    images: needsImages(flags) ? images : [],
    imageCount: images.length,
    diagnostics,
    others: unknownTo({ diagnostics }, transformed?.report.diagnostics ?? []),
    facts: factsOf(read),
    owners: [...podOwners(input)],
    running: flags.running === true ? [runningPodsIn(input.documents, profile.denyDigests)] : [],
  }
}

/** Leaves out what is known: the filter reports some of it again. */
function unknownTo(
  { diagnostics }: Pick<Report, 'diagnostics'>,
  others: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (others.length === 0) return others
  const known = new Set(diagnostics.map(keyOf))
  return others.filter((one) => !known.has(keyOf(one)))
}

function keyOf({ code, at = {} }: Diagnostic): string {
  return `${code} ${at.file}:${at.line}:${at.column}:${at.path}`
}

/** Adds what registries have answered to the images. These stay as they are, since nothing is written. */
function withAnswers(images: readonly ImageEntry[], answered: Report): readonly ImageEntry[] {
  const answers = new Map(answered.images.map((entry) => [placeOf(entry), entry]))
  return images.map((entry) => {
    const { digest, origin, originKind, platforms, verified } = answers.get(placeOf(entry)) ?? {}
    const signed = verified === undefined ? entry : { ...entry, verified }
    if (digest === undefined || origin === undefined) return signed
    return { ...signed, digest, origin, originKind, ...(platforms && { platforms }) }
  })
}

function placeOf({ at }: ImageEntry): string {
  return `${at.document} ${at.path}`
}

/** Whether nodes pull an image, so that its registry may not be blocked. A proof ignores annotations that skip an image. */
function isPulled({ reason }: ImageEntry, requirePinned: boolean): boolean {
  return reason !== 'excluded by profile' && (requirePinned || reason !== 'skipped by annotation')
}
