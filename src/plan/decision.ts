import type { MutableTagKind } from '../config/enums.ts'
import type { MatchInput } from '../config/matcher.ts'
import type { Profile } from '../config/profile.ts'
import { rewriteObstacle } from '../config/rewrite.ts'
import { applyRules } from '../config/rule.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { findHelmAction, placeholderOf } from '../kube/placeholder.ts'
import { parseReference } from '../reference/parse.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'
import { isMutable } from '../reference/tag-kind.ts'
import { formatPath } from '../yaml/lookup.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import type { AnnotationOverrides } from './annotation-overrides.ts'
import { matchInputOf, originalReference } from './match-input.ts'

/** By what a stream is judged. */
export interface PlanOptions {
  readonly profile: Profile
  /** Whether everything unpinned, or that cannot be judged, is an error whatever the profile says: for `check`. */
  readonly requirePinned?: boolean | undefined
}

/** Why an image that may be pinned keeps its reference. Its pull policy is still set. */
export type KeepReason = 'already pinned' | 'profile does not pin' | 'rule does not pin'

/** Why neither the reference nor the pull policy of an image changes. */
export type SkipReason = 'skipped by annotation' | 'excluded by profile' | 'placeholder' | 'not a reference'

/** What happens to one image field, decided before any registry is contacted. */
export type Decision =
  | {
      readonly kind: 'pin'
      readonly field: ImageField
      /** The author's reference. */
      readonly reference: Reference
      /** The reference to resolve: the author's, with the name from before a rewrite. */
      readonly lookupReference: Reference
      /** What decided it: the name of the profile, or the label of one of its rules. */
      readonly by: string
      /** Whether it is an error or a warning if the image does not resolve. */
      readonly unresolved: 'warn' | 'deny'
    }
  | {
      readonly kind: 'keep'
      readonly field: ImageField
      /** The author's reference. */
      readonly reference: Reference
      readonly reason: KeepReason
      readonly by: string
    }
  | {
      readonly kind: 'skip'
      readonly field: ImageField
      readonly reason: SkipReason
      /** What decided it: the name of the profile, or an annotation. */
      readonly by: string
    }

/** The decision about a field, and everything that it depends on. */
export interface DecidedField {
  readonly decision: Decision
  readonly overrides: AnnotationOverrides | undefined
  readonly diagnostics: readonly Diagnostic[]
}

const MUTABLE_TAG_CODES: Readonly<Record<MutableTagKind, PolicyCode>> = {
  untagged: 'IMAGE_UNTAGGED',
  latest: 'IMAGE_LATEST',
  floating: 'IMAGE_FLOATING',
}

/**
 * Decides about one image field: pin, keep or skip.
 * @param overrides what annotations around the field set
 * @param source the text that the field is in
 */
export function decideImageField(
  field: ImageField,
  profile: Profile,
  overrides: AnnotationOverrides | undefined,
  source: Source,
): DecidedField {
  const skip = (reason: SkipReason, by: string, ...diagnostics: Diagnostic[]): DecidedField => ({
    decision: { kind: 'skip', field, reason, by },
    overrides,
    diagnostics,
  })
  if (overrides?.skipAnnotation !== undefined) return skip('skipped by annotation', overrides.skipAnnotation)

  const placeholder = placeholderOf(field.image)
  const parsed = placeholder === undefined ? tryParse(field.image) : undefined
  const reference = parsed instanceof PinpullError ? undefined : parsed
  const matchInput = matchInputOf(field, reference, profile)
  if (isExcluded(matchInput, profile)) return skip('excluded by profile', profile.name)
  if (placeholder !== undefined) {
    const diagnostic = placeholderDiagnostic(field, placeholder, profile, source)
    return skip('placeholder', profile.name, diagnostic)
  }
  if (reference === undefined) {
    const { code, args } = parsed as PinpullError
    const severity = profile.invalid === 'deny' ? 'error' : 'warning'
    return skip('not a reference', profile.name, { code, severity, args, at: locationOf(field, source) })
  }

  return {
    decision: decidePin(field, reference, matchInput, profile),
    overrides,
    diagnostics: [
      ...mutableTagDiagnostics(field, matchInput, profile, source),
      ...registryDiagnostics(field, reference, profile, source),
      ...notRewrittenDiagnostics(field, reference, profile, source),
    ],
  }
}

/** @returns the reference, or the error REFERENCE_INVALID */
function tryParse(image: string): Reference | PinpullError {
  try {
    return parseReference(image)
  } catch (error) {
    if (error instanceof PinpullError && error.code === 'REFERENCE_INVALID') return error
    throw error
  }
}

/** Whether a profile excludes a field from every change. */
export function isExcluded(matchInput: MatchInput, { include, exclude }: Profile): boolean {
  if (exclude.some((matcher) => matcher.matches(matchInput))) return true
  return include.length > 0 && !include.some((matcher) => matcher.matches(matchInput))
}

function decidePin(
  field: ImageField,
  reference: Reference,
  matchInput: MatchInput,
  profile: Profile,
): Decision {
  const pin = applyRules(profile.rules, matchInput, 'pin', profile.pin === 'never' ? 'never' : 'always')
  const by = pin.rule?.label ?? profile.name
  // With `pin: locked` even an image that has its digest must be in the lock file.
  const mustBeLocked = profile.pin === 'locked' && pin.value !== 'never'
  if (reference.digest !== undefined && !mustBeLocked) {
    return { kind: 'keep', field, reference, reason: 'already pinned', by }
  }
  if (pin.value === 'never') {
    const reason = pin.rule === undefined ? 'profile does not pin' : 'rule does not pin'
    return { kind: 'keep', field, reference, reason, by }
  }
  const lookupReference = originalReference(reference, profile)
  const unresolved = applyRules(profile.rules, matchInput, 'unresolved', profile.unresolved).value
  return { kind: 'pin', field, reference, lookupReference, by, unresolved }
}

function placeholderDiagnostic(
  field: ImageField,
  placeholder: string,
  profile: Profile,
  source: Source,
): Diagnostic {
  const { image, parameter } = field
  const at = locationOf(field, source)
  const isDenied = profile.placeholders === 'deny'
  const action = findHelmAction(image)
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

function mutableTagDiagnostics(
  field: ImageField,
  matchInput: MatchInput,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  const kind = matchInput.tagKind
  if (kind === undefined || !isMutable(kind)) return []
  const mutable = kind as MutableTagKind
  const action = applyRules(profile.rules, matchInput, 'mutableTags', profile.mutableTags[mutable]).value
  if (action === 'allow') return []
  const severity = action === 'deny' ? 'error' : 'warning'
  const args = { image: field.image }
  return [{ code: MUTABLE_TAG_CODES[mutable], severity, args, at: locationOf(field, source) }]
}

/** A registry is allowed if the author's name or the name from before a rewrite is. */
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
  return [{ code: 'REGISTRY_NOT_ALLOWED', severity: 'error', args, at: locationOf(field, source) }]
}

/** Reports a name that matches a rewrite of the profile, but cannot be rewritten. */
function notRewrittenDiagnostics(
  field: ImageField,
  reference: Reference,
  { rewrite, name }: Profile,
  source: Source,
): Diagnostic[] {
  const reason = rewrite.length === 0 ? undefined : rewriteObstacle(repositoryName(reference), rewrite)
  if (reason === undefined) return []
  const args = { image: field.image, profile: name, reason }
  return [{ code: 'IMAGE_NOT_REWRITTEN', severity: 'warning', args, at: locationOf(field, source) }]
}
