import type { Profile } from '../config/profile.ts'
import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { FoundImages } from '../kube/find/find-images.ts'
import type { UnknownField } from '../kube/find/unknown-fields.ts'
import type { UnreadableImage } from '../kube/find/unreadable-images.ts'
import { placeAt } from '../kube/location.ts'
import { actionAt, isAction } from '../kube/placeholder.ts'
import { referenceOrNone } from '../reference/parse.ts'
import type { Source } from '../yaml/source.ts'
import { isExcluded } from './decision.ts'
import { subjectOf } from './subject.ts'

export interface FieldDiagnosticOptions {
  readonly profile: Profile
  /** Whether everything that cannot be judged is an error, whatever the profile says. */
  readonly requirePinned: boolean
}

/**
 * Finds fields that hold or seem to hold an image and are not edited: values that look like an image in a field that no
 * rule covers, and containers without a readable image.
 */
export function fieldDiagnostics(
  { unknown, unreadable }: Pick<FoundImages, 'unknown' | 'unreadable'>,
  options: FieldDiagnosticOptions,
  source: Source,
): Diagnostic[] {
  return [
    ...[...byText(unknown).values()].flatMap((fields) => unknownFieldDiagnostics(fields, options, source)),
    ...unreadable.map((one) => unreadableImageDiagnostic(one, options, source)),
  ]
}

/** A text that lists several images is one place, and one finding, but for those that are copies of others. */
function byText(unknown: readonly UnknownField[]): ReadonlyMap<string, readonly UnknownField[]> {
  const texts = new Map<string, UnknownField[]>()
  for (const field of unknown) {
    const place = `${field.node.start} ${field.isCopy}`
    texts.set(place, [...(texts.get(place) ?? []), field])
  }
  return texts
}

function unknownFieldDiagnostics(
  fields: readonly UnknownField[],
  { profile, requirePinned }: FieldDiagnosticOptions,
  source: Source,
): Diagnostic[] {
  const [field] = fields
  if (field === undefined) return []
  const { image, entry, isOptional } = field
  const reference = referenceOrNone(image)
  const subject = subjectOf({ ...field, containerType: 'custom' }, reference, profile)
  if (isExcluded(subject, profile)) return []
  const images = fields.map((one) => one.image).join(', ')
  if (field.isCopy) {
    return [
      { code: 'IMAGE_COPY_LEFT', severity: 'warning', args: { image: images }, at: placeAt(field, source) },
    ]
  }
  const isPinned = reference?.digest !== undefined
  const code = isOptional ? 'FIELD_OPTIONAL' : 'FIELD_UNKNOWN'
  const grade: Severity = isPinned || isOptional ? 'info' : 'warning'
  const severity = requirePinned && !isPinned ? 'error' : grade
  return [
    {
      code,
      severity,
      args: { image: images, entry },
      at: placeAt(field, source),
    },
  ]
}

function unreadableImageDiagnostic(
  one: UnreadableImage,
  { profile, requirePinned }: FieldDiagnosticOptions,
  source: Source,
): Diagnostic {
  const { node, is, containerName } = one
  const place = placeAt(one, source)
  const at = containerName === undefined ? place : { ...place, container: containerName }
  if (node.kind === 'mapping' && isAction(node)) {
    return {
      code: 'TEMPLATE_UNRENDERED',
      severity: 'error',
      args: { action: actionAt(node.start, source) },
      at,
    }
  }
  const found = node.kind === 'scalar' && is !== 'null' ? `${is} (${node.value})` : is
  const isDenied = requirePinned || profile.invalid === 'deny'
  return { code: 'IMAGE_UNREADABLE', severity: isDenied ? 'error' : 'warning', args: { found }, at }
}
