import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { imageTriggerDiagnostics } from '../kube/diagnostics/image-trigger.ts'
import { documentDiagnostics } from '../kube/diagnostics/non-kubernetes.ts'
import { unreadableTextDiagnostics } from '../kube/diagnostics/unreadable-text.ts'
import { unrenderedTemplateDiagnostics } from '../kube/diagnostics/unrendered-template.ts'
import { type FoundImages, findImages } from '../kube/find/find-images.ts'
import { locationOf } from '../kube/location.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { readAnnotationOverrides } from './annotation-overrides.ts'
import { type DecidedField, decideImageField, type PlanOptions } from './decision.ts'
import { uneditedFieldDiagnostics } from './field-diagnostics.ts'
import { applySeverities, isStrict, sortByPosition } from './severity.ts'

/** The documents of one input (standard input or a file) after reading. */
export interface Stream {
  /** The text of the input. */
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /** Problems found while reading, such as invalid YAML. If a document was not parsed, using its `contents` may add some. */
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
  /** Problems of the `pinpull.dev/` annotations, such as an unknown name or an invalid value. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Finds the image fields of a stream, reads the annotations that apply to them, and decides for each whether it is pinned, kept or
 * skipped. No registry is contacted. With `requirePinned`, items of a ResourceList with the annotation `local-config` are searched,
 * too.
 */
export function decideImageFields(
  { source, documents }: Pick<Stream, 'source' | 'documents'>,
  { profile, requirePinned = false, findWriter }: PlanOptions,
): StreamDecisions {
  // `kubectl apply` does not know the annotation `local-config`: it exempts no object from `--require-pinned`.
  const found = findImages(documents, source, { ...profile.fields, includesLocalConfig: requirePinned })
  const { byField, diagnostics } = readAnnotationOverrides(found.fields, source, profile)
  const allFields = found.fields.map((field): DecidedField => {
    const overrides = byField.get(field)
    const writer = findWriter?.(field, source)
    if (writer === undefined) return decideImageField(field, profile, overrides, source)
    const decision = { kind: 'skip', field, reason: `written by ${writer}`, by: writer } as const
    return { decision, overrides, diagnostics: [] }
  })
  return { source, found, allFields, fields: dropCopiesOfUnpinned(allFields), diagnostics }
}

/** Drops the copies of images (rule R7) that are not pinned: a copy is pinned with its image, never without it. */
function dropCopiesOfUnpinned(fields: readonly DecidedField[]): readonly DecidedField[] {
  const isCopy = ({ decision }: DecidedField): boolean => decision.field.rule === 'R7'
  if (!fields.some(isCopy)) return fields
  const pinned = pinnedImages(fields.filter((field) => !isCopy(field)))
  return fields.filter((field) => !isCopy(field) || pinned.has(field.decision.field.image))
}

function pinnedImages(fields: readonly DecidedField[]): ReadonlySet<string> {
  return new Set(fields.flatMap(({ decision: { kind, field } }) => (kind === 'pin' ? [field.image] : [])))
}

/**
 * Collects the diagnostics about the manifests of a stream, as opposed to those about the reference or pull policy of an image:
 * the diagnostics of reading the stream, documents that are not Kubernetes objects, embedded texts that cannot be searched, values
 * that look like an image but are not edited, OpenShift triggers that would replace a pinned image, and problems of `pinpull.dev/`
 * annotations. Copies of images that are pinned are not among them: see `copyDiagnostics`.
 */
export function manifestDiagnostics(
  stream: Stream,
  { found, diagnostics }: StreamDecisions,
  options: PlanOptions,
): Diagnostic[] {
  const { source } = stream
  const { profile, requirePinned = false } = options
  return [
    ...stream.diagnostics,
    ...documentDiagnostics(stream, { isStrict: isStrict(profile), requirePinned }),
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
export function copyDiagnostics({ source, found, fields }: StreamDecisions): Diagnostic[] {
  if (found.copies.length === 0) return []
  const pinned = pinnedImages(fields)
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
