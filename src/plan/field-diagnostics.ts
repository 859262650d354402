import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { FoundImages } from '../kube/find/find-images.ts'
import type { UnknownField } from '../kube/find/unknown-fields.ts'
import type { UnreadableImage } from '../kube/find/unreadable-images.ts'
import { locationAt } from '../kube/location.ts'
import { isTemplateAction, templateActionAt } from '../kube/placeholder.ts'
import { tryParseReference } from '../reference/parse.ts'
import type { Source } from '../yaml/source.ts'
import { isExcluded, type PlanOptions } from './decision.ts'
import { matchInputOf } from './match-input.ts'

/**
 * Reports values that Pinpull cannot edit although they are, or look like, an image:
 *
 * - values in fields that no rule covers (`FIELD_UNKNOWN`, or `FIELD_OPTIONAL` if the user can enable a rule), and copies without
 *   the digest of an image that has one (`IMAGE_COPY_LEFT`). Several in one text share a diagnostic. A value that the profile
 *   excludes is not reported.
 * - containers whose image is missing or not a string (`IMAGE_UNREADABLE`, or `TEMPLATE_UNRENDERED` for `{{ … }}`)
 *
 * With `requirePinned` unreadable images, and fields without a digest other than copies, are errors.
 */
export function uneditedFieldDiagnostics(
  { unknown, unreadable }: Pick<FoundImages, 'unknown' | 'unreadable'>,
  options: PlanOptions,
  source: Source,
): Diagnostic[] {
  return [
    ...groupByText(unknown).flatMap((fields) => unknownFieldDiagnostics(fields, options, source)),
    ...unreadable.map((image) => unreadableImageDiagnostic(image, options, source)),
  ]
}

/** Groups images in the same text, which get one diagnostic; copies of other images get their own. */
function groupByText(
  unknown: readonly UnknownField[],
): readonly (readonly [UnknownField, ...UnknownField[]])[] {
  const groups = new Map<string, [UnknownField, ...UnknownField[]]>()
  for (const field of unknown) {
    const key = `${field.node.start} ${field.isCopy}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [field])
    else group.push(field)
  }
  return [...groups.values()]
}

function unknownFieldDiagnostics(
  fields: readonly [UnknownField, ...UnknownField[]],
  { profile, requirePinned = false }: PlanOptions,
  source: Source,
): Diagnostic[] {
  const [field] = fields
  const { entry, isOptional, isCopy } = field
  const reference = tryParseReference(field.image)
  const matchInput = matchInputOf({ ...field, containerType: 'custom' }, reference, profile)
  if (isExcluded(matchInput, profile)) return []
  const at = locationAt(field, source)
  const image = fields.map((one) => one.image).join(', ')
  if (isCopy) return [{ code: 'IMAGE_COPY_LEFT', severity: 'warning', args: { image }, at }]
  const isPinned = reference?.digest !== undefined
  const normal: Severity = isPinned || isOptional ? 'info' : 'warning'
  const severity = requirePinned && !isPinned ? 'error' : normal
  return [{ code: isOptional ? 'FIELD_OPTIONAL' : 'FIELD_UNKNOWN', severity, args: { image, entry }, at }]
}

function unreadableImageDiagnostic(
  image: UnreadableImage,
  { profile, requirePinned = false }: PlanOptions,
  source: Source,
): Diagnostic {
  const { node, is, containerName } = image
  const place = locationAt(image, source)
  const at = containerName === undefined ? place : { ...place, container: containerName }
  if (node.kind === 'mapping' && isTemplateAction(node)) {
    const args = { action: templateActionAt(node.start, source) }
    return { code: 'TEMPLATE_UNRENDERED', severity: 'error', args, at }
  }
  const found = node.kind === 'scalar' && is !== 'null' ? `${is} (${node.value})` : is
  const severity = requirePinned || profile.invalid === 'deny' ? 'error' : 'warning'
  return { code: 'IMAGE_UNREADABLE', severity, args: { found }, at }
}
