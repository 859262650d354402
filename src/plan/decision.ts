import type { MutableTagKind } from '../config/enums.ts'
import type { Subject } from '../config/matcher.ts'
import type { Profile } from '../config/profile.ts'
import { rewriteObstacle } from '../config/rewrite.ts'
import { applyRules } from '../config/rule.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/location.ts'
import { placeholderOf, unrenderedAction } from '../kube/placeholder.ts'
import { parseReference } from '../reference/parse.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'
import { isMutable } from '../reference/tag-kind.ts'
import { formatPath } from '../yaml/lookup.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import type { AnnotationOverrides } from './annotation-overrides.ts'
import { originalReference, subjectOf } from './subject.ts'

/** Why an image is not resolved. The first four leave its pull policy alone, too. */
export type KeepReason =
  | 'skipped by annotation'
  | 'excluded by profile'
  | 'placeholder'
  | 'not a reference'
  | 'already pinned'
  | 'profile does not pin'
  | 'rule does not pin'

/** What is to be done about one image field, before any registry is asked. */
export type Decision =
  | {
      readonly kind: 'pin'
      readonly field: ImageField
      /** As the author wrote it. */
      readonly reference: Reference
      /** What is asked about: the name before a rewrite. */
      readonly lookupReference: Reference
      /** Who says so: a profile, or a rule of it. */
      readonly by: string
      /** What becomes of the image where it does not resolve. */
      readonly unresolved: 'warn' | 'deny'
    }
  | {
      readonly kind: 'keep'
      readonly field: ImageField
      readonly reference: Reference
      readonly reason: Extract<KeepReason, 'already pinned' | 'profile does not pin' | 'rule does not pin'>
      readonly by: string
    }
  | {
      /** Nothing of it is touched. */
      readonly kind: 'leave'
      readonly field: ImageField
      readonly reason: Exclude<KeepReason, 'already pinned' | 'profile does not pin' | 'rule does not pin'>
      readonly by: string
    }

/** A decision with what there is to say about it. An `error` among the findings fails the run. */
export interface DecidedField {
  readonly decision: Decision
  readonly diagnostics: readonly Diagnostic[]
}

const MUTABLE_CODES: Readonly<Record<MutableTagKind, PolicyCode>> = {
  untagged: 'IMAGE_UNTAGGED',
  latest: 'IMAGE_LATEST',
  floating: 'IMAGE_FLOATING',
}

/**
 * Decides about one image field by the profile and the manifest's own annotations: pin, keep or leave alone, and
 * what to report.
 * @param field where the image stands
 * @param profile the environment's policy
 * @param instruction what annotations say of the field
 * @param source the text that the field was found in, for places
 */
export function decide(
  field: ImageField,
  profile: Profile,
  instruction: AnnotationOverrides | undefined,
  source: Source,
): DecidedField {
  if (instruction?.skipAnnotation !== undefined) {
    return skip(field, 'skipped by annotation', instruction.skipAnnotation)
  }
  const placeholder = placeholderOf(field.image)
  const parsed = placeholder === undefined ? parseOrRefusal(field.image) : undefined
  const reference = parsed instanceof PinpullError ? undefined : parsed
  const subject = subjectOf(field, reference, profile)
  if (isExcluded(subject, profile)) return skip(field, 'excluded by profile', profile.name)

  if (placeholder !== undefined) {
    return skip(field, 'placeholder', profile.name, [
      placeholderDiagnostic(field, placeholder, profile, source),
    ])
  }
  if (reference === undefined) {
    const { code, args } = parsed as PinpullError
    const severity = profile.invalid === 'deny' ? 'error' : 'warning'
    return skip(field, 'not a reference', profile.name, [
      { code, severity, args, at: placeOf(field, source) },
    ])
  }

  const diagnostics = [
    ...mutableTagDiagnostics(field, subject, profile, source),
    ...registryDiagnostics(field, reference, profile, source),
    ...notRewrittenDiagnostics(field, reference, profile, source),
  ]
  return { decision: decidePin(field, reference, subject, profile), diagnostics }
}

function placeholderDiagnostic(
  field: ImageField,
  placeholder: string,
  profile: Profile,
  source: Source,
): Diagnostic {
  const { image, parameter } = field
  const at = placeOf(field, source)
  const isDenied = profile.placeholders === 'deny'
  const action = unrenderedAction(image)
  if (action !== undefined) {
    const severity = isDenied || profile.invalid === 'deny' ? 'error' : 'warning'
    return { code: 'TEMPLATE_UNRENDERED', severity, args: { action }, at }
  }
  const severity = isDenied ? 'error' : 'warning'
  if (parameter === undefined) {
    return { code: 'IMAGE_PLACEHOLDER', severity, args: { image, placeholder }, at }
  }
  const { name, text, path, node, entry } = parameter
  const { line } = positionAt(source, node.start)
  const args = { image, parameter: name, text, path: formatPath(path), line, entry }
  return { code: 'IMAGE_PARAMETER_SHARED', severity, args, at }
}

function decidePin(field: ImageField, reference: Reference, subject: Subject, profile: Profile): Decision {
  const pin = applyRules(profile.rules, subject, 'pin', profile.pin === 'never' ? 'never' : 'always')
  const by = pin.rule?.label ?? profile.name
  // Where the lock is the inventory, an image that names its digest has to be in it like every other.
  const isInventory = profile.pin === 'locked' && pin.value !== 'never'
  if (reference.digest !== undefined && !isInventory) {
    return { kind: 'keep', field, reference, reason: 'already pinned', by }
  }
  if (pin.value === 'never') {
    const reason = pin.rule === undefined ? 'profile does not pin' : 'rule does not pin'
    return { kind: 'keep', field, reference, reason, by }
  }
  const unresolved = applyRules(profile.rules, subject, 'unresolved', profile.unresolved).value
  return {
    kind: 'pin',
    field,
    reference,
    lookupReference: originalReference(reference, profile),
    by,
    unresolved,
  }
}

function skip(
  field: ImageField,
  reason: Extract<Decision, { kind: 'leave' }>['reason'],
  by: string,
  diagnostics: readonly Diagnostic[] = [],
): DecidedField {
  return { decision: { kind: 'leave', field, reason, by }, diagnostics }
}

function parseOrRefusal(image: string): Reference | PinpullError {
  try {
    return parseReference(image)
  } catch (error) {
    if (error instanceof PinpullError && error.code === 'REFERENCE_INVALID') return error
    throw error
  }
}

/** Whether a profile leaves a field alone. */
export function isExcluded(subject: Subject, { include, exclude }: Profile): boolean {
  if (exclude.some((matcher) => matcher.matches(subject))) return true
  return include.length > 0 && !include.some((matcher) => matcher.matches(subject))
}

function mutableTagDiagnostics(
  field: ImageField,
  subject: Subject,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  const kind = subject.tagKind
  if (kind === undefined || !isMutable(kind)) return []
  const mutable = kind as MutableTagKind
  const handling = applyRules(profile.rules, subject, 'mutableTags', profile.mutableTags[mutable]).value
  if (handling === 'allow') return []
  const severity = handling === 'deny' ? 'error' : 'warning'
  const args = { image: field.image }
  return [{ code: MUTABLE_CODES[mutable], severity, args, at: placeOf(field, source) }]
}

/** An image is allowed by the name that it has, or by the one that it had before a rewrite to a private mirror. */
function registryDiagnostics(
  field: ImageField,
  reference: Reference,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  const { allowedRegistries, name } = profile
  if (allowedRegistries.length === 0) return []
  const names = [reference, originalReference(reference, profile)]
  if (allowedRegistries.some((entry) => names.some((one) => entry.allows(one)))) return []
  const args = {
    image: field.image,
    repository: repositoryName(reference),
    profile: name,
    allowed: allowedRegistries.map(({ text }) => text).join(', '),
  }
  return [{ code: 'REGISTRY_NOT_ALLOWED', severity: 'error', args, at: placeOf(field, source) }]
}

/** Reports a name that a rewrite matches, and that is written as it is all the same. */
function notRewrittenDiagnostics(
  field: ImageField,
  reference: Reference,
  { rewrite, name }: Profile,
  source: Source,
): Diagnostic[] {
  const reason = rewrite.length === 0 ? undefined : rewriteObstacle(repositoryName(reference), rewrite)
  if (reason === undefined) return []
  const args = { image: field.image, profile: name, reason }
  return [{ code: 'IMAGE_NOT_REWRITTEN', severity: 'warning', args, at: placeOf(field, source) }]
}
