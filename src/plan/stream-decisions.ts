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

/** A stream of manifests after reading. */
export interface Stream {
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /** Problems of the documents that could not be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Everything that is known about a stream before a registry is contacted. */
export interface StreamDecisions {
  readonly source: Source
  readonly found: FoundImages
  /** All image fields, in document order. */
  readonly allFields: readonly DecidedField[]
  /** The fields that decisions apply to: all but copies (rule R7) of images that are not pinned. */
  readonly fields: readonly DecidedField[]
  /** Problems of annotations. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Finds the image fields of a stream and decides about each of them. */
export function decideImageFields(
  { source, documents }: Pick<Stream, 'source' | 'documents'>,
  { profile, requirePinned = false }: PlanOptions,
): StreamDecisions {
  // `kubectl apply` does not know the annotation `local-config`: it exempts no object from `--require-pinned`.
  const found = findImages(documents, source, { ...profile.fields, includesLocalConfig: requirePinned })
  const { byField, diagnostics } = readAnnotationOverrides(found.fields, source, profile)
  const allFields = found.fields.map((field) => decideImageField(field, profile, byField.get(field), source))
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

/** Diagnostics about everything in a stream but its image fields. */
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

/** Reports strings that equal an image which is pinned, and that keep their tag. */
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
 * Completes the diagnostics of a stream: adds the unrendered templates that nothing else reports, sorts by position, and
 * applies the severities of the profile.
 */
export function finishDiagnostics(
  stream: Stream,
  diagnostics: readonly Diagnostic[],
  profile: Profile,
): readonly Diagnostic[] {
  const all = [...diagnostics, ...unrenderedTemplateDiagnostics(stream, diagnostics)]
  return applySeverities(sortByPosition(all), profile)
}
