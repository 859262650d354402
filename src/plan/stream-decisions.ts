import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { imageTriggerDiagnostics } from '../kube/diagnostics/image-trigger.ts'
import { documentDiagnostics } from '../kube/diagnostics/non-kubernetes.ts'
import { unreadableTextDiagnostics } from '../kube/diagnostics/unreadable-text.ts'
import { unrenderedTemplateDiagnostics } from '../kube/diagnostics/unrendered-template.ts'
import { type FoundImages, findImages, NO_OTHER_IMAGES, type OtherImages } from '../kube/find/find-images.ts'
import { locationOf } from '../kube/location.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { readAnnotationOverrides } from './annotation-overrides.ts'
import { type DecidedField, decideImageField, type PlanOptions } from './decision.ts'
import { DistinctImages } from './distinct-images.ts'
import { uneditedFieldDiagnostics } from './field-diagnostics.ts'
import { applySeverities, isStrict, sortByPosition } from './severity.ts'

/** The documents of one input (standard input or a file) after reading. */
export interface Stream {
  /** The text of the input. */
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /**
   * Problems found while reading, such as invalid YAML. Documents that were not read so far are read for it, except those that were
   * not parsed because of their type: using their `contents` may add some.
   */
  readonly diagnostics: readonly Diagnostic[]
}

/** The image fields of a stream and the decision about each, made before any registry is contacted. */
export interface StreamDecisions {
  /** The text of the stream. */
  readonly source: Source
  /** The image fields, and the values that may be images but cannot be edited. */
  readonly found: FoundImages
  /** All image fields, in document order: for a list of the images that nodes need. */
  readonly allFields: readonly DecidedField[]
  /**
   * The image fields to plan and to report, whatever the decision: `allFields` without copies (rule R7) of an image for which no
   * other field has the decision `pin`. A copy is a string elsewhere that equals an image; it is pinned only together with that
   * image.
   */
  readonly fields: readonly DecidedField[]
  /** The images of the stream that have the decision `pin` in a field that is no copy. */
  readonly pinned: ReadonlySet<string>
  /** Whether other images elsewhere in the stream could change the decisions, or the diagnostics that follow from them. */
  readonly dependsOnOthers: boolean
  /** Problems of the `pinpull.dev/` annotations, such as an unknown name or an invalid value. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What is known of the other documents of a stream, if its documents are not decided about all at once. */
export interface OtherDocuments extends OtherImages {
  /** The images that have the decision `pin` in a field that is no copy. */
  readonly pinned: ReadonlySet<string>
  /** What is known of their images, and is used for these documents. */
  readonly distinct: DistinctImages
}

/**
 * Finds the image fields of a stream, reads the annotations that apply to them, and decides for each whether it is pinned, kept or
 * skipped. No registry is contacted. With `requirePinned`, items of a ResourceList with the annotation `local-config` are searched,
 * too.
 * @param stream all its documents, or some
 * @param others what the others have, if these are some
 */
export function decideImageFields(
  { source, documents }: Pick<Stream, 'source' | 'documents'>,
  { profile, requirePinned = false, findWriter }: PlanOptions,
  others: OtherDocuments = { ...NO_OTHER_IMAGES, pinned: new Set(), distinct: new DistinctImages(profile) },
): StreamDecisions {
  // `kubectl apply` does not know the annotation `local-config`: it exempts no object from `--require-pinned`.
  const options = { ...profile.fields, includesLocalConfig: requirePinned }
  const found = findImages(documents, source, options, others)
  const { byField, diagnostics } = readAnnotationOverrides(found.fields, source, profile)
  const allFields = found.fields.map((field): DecidedField => {
    const overrides = byField.get(field)
    const writer = findWriter?.(field, source)
    if (writer === undefined) return decideImageField(field, profile, overrides, source, others.distinct)
    const decision = { kind: 'skip', field, reason: `written by ${writer}`, by: writer } as const
    return { decision, overrides, diagnostics: [] }
  })
  const isCopy = ({ decision }: DecidedField): boolean => decision.field.rule === 'R7'
  const pinned = pinnedImages(
    allFields.filter((field) => !isCopy(field)),
    others.pinned,
  )
  // A copy is pinned with its image, never without it.
  const hasCopies = allFields.some(isCopy)
  const fields = hasCopies
    ? allFields.filter((field) => !isCopy(field) || pinned.has(field.decision.field.image))
    : allFields
  const dependsOnOthers = hasCopies || found.dependsOnOthers
  return { source, found, allFields, fields, pinned, dependsOnOthers, diagnostics }
}

function pinnedImages(fields: readonly DecidedField[], others: ReadonlySet<string>): ReadonlySet<string> {
  const pinned = new Set(others)
  for (const { decision } of fields) if (decision.kind === 'pin') pinned.add(decision.field.image)
  return pinned
}

/**
 * Merges the decisions about all windows of a stream, each made with what the others have, into those about the stream.
 * @param windows in the order of the text
 */
export function mergeDecisions(source: Source, windows: readonly StreamDecisions[]): StreamDecisions {
  const [first] = windows
  if (first !== undefined && windows.length === 1) return first
  const found = windows.map((window) => window.found)
  return {
    source,
    found: {
      fields: found.flatMap(({ fields }) => fields),
      copies: found.flatMap(({ copies }) => copies),
      unreadableTexts: found.flatMap(({ unreadableTexts }) => unreadableTexts),
      pinnedTexts: found.flatMap(({ pinnedTexts }) => pinnedTexts),
      unknown: found.flatMap(({ unknown }) => unknown),
      unreadable: found.flatMap(({ unreadable }) => unreadable),
      parameterTexts: new Set(found.flatMap(({ parameterTexts }) => [...parameterTexts])),
      searched: found.flatMap(({ searched }) => searched),
      hasPinnedCopies: found.some(({ hasPinnedCopies }) => hasPinnedCopies),
      dependsOnOthers: found.some(({ dependsOnOthers }) => dependsOnOthers),
    },
    allFields: windows.flatMap(({ allFields }) => allFields),
    fields: windows.flatMap(({ fields }) => fields),
    pinned: new Set(windows.flatMap(({ pinned }) => [...pinned])),
    dependsOnOthers: windows.some(({ dependsOnOthers }) => dependsOnOthers),
    diagnostics: windows.flatMap(({ diagnostics }) => diagnostics),
  }
}

/**
 * Collects the diagnostics about the manifests of a stream, as opposed to those about the reference or pull policy of an image:
 * the diagnostics of reading the stream, documents that are not Kubernetes objects, embedded texts that cannot be searched, values
 * that look like an image but are not edited, OpenShift triggers that would replace a pinned image, and problems of `pinpull.dev/`
 * annotations. Copies of images that are pinned are not among them: see `copyDiagnostics`.
 * @param whole all documents, if `stream` has only some: only among objects is a document without one reported
 */
export function manifestDiagnostics(
  stream: Stream,
  { found, diagnostics }: Pick<StreamDecisions, 'found' | 'diagnostics'>,
  options: PlanOptions,
  whole: Pick<Stream, 'documents'> = stream,
): Diagnostic[] {
  const { source } = stream
  const { profile, requirePinned = false } = options
  return [
    ...stream.diagnostics,
    ...documentDiagnostics(stream, { isStrict: isStrict(profile), requirePinned }, whole),
    ...unreadableTextDiagnostics(found.unreadableTexts, requirePinned, source),
    ...uneditedFieldDiagnostics(found, options, source),
    ...imageTriggerDiagnostics(found.fields, source),
    ...diagnostics,
  ]
}

/**
 * Reports strings that equal an image with the decision `pin`, and that stay unchanged (`IMAGE_COPY_LEFT`). With
 * `output: as-written` a run writes no digest, so callers do not report these. For copies of images that have a digest already,
 * see `uneditedFieldDiagnostics`.
 */
export function copyDiagnostics({ source, found, pinned }: StreamDecisions): Diagnostic[] {
  return found.copies
    .filter(({ image }) => pinned.has(image))
    .map((field) => ({
      code: 'IMAGE_COPY_LEFT',
      severity: 'warning',
      args: { image: field.image },
      at: locationOf(field, source),
    }))
}

/**
 * Completes the diagnostics of a stream: adds the first unrendered template of each document for which no diagnostic reports one,
 * sorts by position, and applies the severities that the profile sets for codes, which drops those that are `off`.
 * @param diagnostics all other diagnostics of the stream, in any order
 */
export function finishDiagnostics(
  stream: Stream,
  diagnostics: readonly Diagnostic[],
  profile: Profile,
): readonly Diagnostic[] {
  const all = [...diagnostics, ...unrenderedTemplateDiagnostics(stream, diagnostics)]
  return applySeverities(sortByPosition(all), profile)
}
