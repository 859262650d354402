import type { MutableTagKind } from '../config/enums.ts'
import type { MatchInput } from '../config/matcher.ts'
import type { Profile } from '../config/profile.ts'
import { rewriteObstacle } from '../config/rewrite.ts'
import { applyRules } from '../config/rule.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { findHelmAction } from '../kube/placeholder.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'
import { isMutable } from '../reference/tag-kind.ts'
import { formatPath } from '../yaml/lookup.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import type { AnnotationOverrides } from './annotation-overrides.ts'
import type { DistinctImages, DistinctReference } from './distinct-images.ts'
import { matchInputOf } from './match-input.ts'

/** The settings for deciding what happens to the image fields of a stream. */
export interface PlanOptions {
  readonly profile: Profile
  /**
   * `pinpull check --require-pinned`: an image that has no digest, or that cannot be read, is an error even if the profile
   * only warns about it; so is what may hide one, such as a field that no rule covers, an embedded text that cannot be searched, or
   * a document that is not an object. Images that the profile excludes, or that a rule exempts from pinning, are accepted.
   */
  readonly requirePinned?: boolean | undefined
  /** Tells which program writes a field; such a field is skipped. Absent where no program writes to the input. */
  readonly findWriter?: FindWriter | undefined
}

/** Tells which program writes the value of a field in a file; undefined for a field that people write. */
export type FindWriter = (field: ImageField, source: Source) => FieldWriter | undefined

/**
 * The programs that write images: Flux into files, where a comment `{"$imagepolicy": …}` is behind the value; kustomize into what it
 * builds, where an entry of `images` gives the image another name.
 */
export type FieldWriter = 'Flux' | 'kustomize'

/** Why a field has the decision `keep`: no digest is added to its reference. */
export type KeepReason =
  /** The reference has a digest, and need not be in the lock file (`pin: locked`). */
  | 'already pinned'
  /** The profile has `pin: never`, and no rule overrides it. */
  | 'profile does not pin'
  /** A rule of the profile has `pin: never`. */
  | 'rule does not pin'

/** Why a field has the decision `skip`: neither its reference nor its pull policy changes. */
export type SkipReason =
  /** `pinpull.dev/skip` or `pinpull.dev/skip-containers` applies to the field. */
  | 'skipped by annotation'
  /** The field matches `exclude` of the profile, or matches nothing in `include`. */
  | 'excluded by profile'
  /** The value has a part that a later step fills in, such as `${TAG}`, or that was not rendered, such as `{{ .Values.tag }}`. */
  | 'placeholder'
  /** The value cannot be parsed as an image reference. */
  | 'not a reference'
  /** The image automation of Flux writes the value. */
  | 'written by Flux'
  /** An entry of `images` in a kustomization replaces the name of the image. */
  | 'written by kustomize'

/**
 * What happens to one image field, decided before any registry is contacted:
 *
 * - `pin`: the reference is resolved, and its digest is written unless the profile has `output: as-written`; the pull policy is
 *   set. With `pin: locked` this includes references that have a digest, which must be in the lock file.
 * - `keep`: the reference is not resolved, and a digest that it has stays; its name is rewritten and the pull policy set as the
 *   profile says.
 * - `skip`: the field and its pull policy stay unchanged.
 */
export type Decision =
  | {
      readonly kind: 'pin'
      readonly field: ImageField
      /** The reference in the manifest. */
      readonly reference: Reference
      /** What all fields with this value have in common; its `lookupReference` is resolved. */
      readonly image: DistinctReference
      /** The name of the profile, or the label of its rule, that made the decision. */
      readonly by: string
      /** If the reference cannot be resolved: `deny` reports an error, `warn` a warning. */
      readonly unresolved: 'warn' | 'deny'
    }
  | {
      readonly kind: 'keep'
      readonly field: ImageField
      /** The reference in the manifest. */
      readonly reference: Reference
      /** What all fields with this value have in common. */
      readonly image: DistinctReference
      readonly reason: KeepReason
      /** The name of the profile, or the label of its rule, that made the decision. */
      readonly by: string
    }
  | {
      readonly kind: 'skip'
      readonly field: ImageField
      readonly reason: SkipReason
      /** The name of the profile, or of the annotation, that made the decision. */
      readonly by: string
    }

/** The decision about one image field, with the annotations that apply to the field and the diagnostics about its reference. */
export interface DecidedField {
  readonly decision: Decision
  /** What annotations set for the field; undefined if none applies. */
  readonly overrides: AnnotationOverrides | undefined
  /**
   * A mutable tag, a registry that is not allowed, a name that cannot be rewritten, a placeholder, an invalid reference. Empty for
   * a field that an annotation skips or the profile excludes.
   */
  readonly diagnostics: readonly Diagnostic[]
}

const MUTABLE_TAG_CODES: Readonly<Record<MutableTagKind, PolicyCode>> = {
  untagged: 'IMAGE_UNTAGGED',
  latest: 'IMAGE_LATEST',
  floating: 'IMAGE_FLOATING',
}

/**
 * Decides whether one image field is pinned, kept or skipped. No registry is contacted. The first that applies: skipped by
 * annotation, excluded by the profile, a placeholder, not a reference; then the digest, rules and profile decide between `pin`
 * and `keep`.
 * @param overrides what annotations set for the field; undefined if none applies
 * @param source the text that contains the field, for the locations of diagnostics
 * @param images of the same profile
 */
export function decideImageField(
  field: ImageField,
  profile: Profile,
  overrides: AnnotationOverrides | undefined,
  source: Source,
  images: DistinctImages,
): DecidedField {
  const skip = (reason: SkipReason, by: string, ...diagnostics: Diagnostic[]): DecidedField => ({
    decision: { kind: 'skip', field, reason, by },
    overrides,
    diagnostics,
  })
  if (overrides?.skipAnnotation !== undefined) return skip('skipped by annotation', overrides.skipAnnotation)

  const image = images.get(field.image)
  const reference = image.kind === 'reference' ? image.reference : undefined
  const matchInput = matchInputOf(field, reference, profile)
  if (isExcluded(matchInput, profile)) return skip('excluded by profile', profile.name)
  if (image.kind === 'placeholder') {
    const diagnostic = placeholderDiagnostic(field, image.placeholder, profile, source)
    return skip('placeholder', profile.name, diagnostic)
  }
  if (image.kind === 'invalid') {
    const { code, args } = image.error
    const severity = profile.invalid === 'deny' ? 'error' : 'warning'
    return skip('not a reference', profile.name, { code, severity, args, at: locationOf(field, source) })
  }

  return {
    decision: decidePin(field, image, matchInput, profile),
    overrides,
    diagnostics: [
      ...mutableTagDiagnostics(field, image, matchInput, profile, source),
      ...registryDiagnostics(field, image, profile, source),
      ...notRewrittenDiagnostics(field, image, profile, source),
    ],
  }
}

/**
 * Whether a profile excludes an image field: the field matches `exclude`, or the profile has `include` and the field does not
 * match it. The reference and pull policy of an excluded field never change.
 */
export function isExcluded(matchInput: MatchInput, { include, exclude }: Profile): boolean {
  if (exclude.some((matcher) => matcher.matches(matchInput))) return true
  return include.length > 0 && !include.some((matcher) => matcher.matches(matchInput))
}

function decidePin(
  field: ImageField,
  image: DistinctReference,
  matchInput: MatchInput,
  profile: Profile,
): Decision {
  const { reference } = image
  const pin = applyRules(profile.rules, matchInput, 'pin', profile.pin === 'never' ? 'never' : 'always')
  const by = pin.rule?.label ?? profile.name
  // With `pin: locked` even an image that has its digest must be in the lock file.
  const mustBeLocked = profile.pin === 'locked' && pin.value !== 'never'
  if (reference.digest !== undefined && !mustBeLocked) {
    return { kind: 'keep', field, reference, image, reason: 'already pinned', by }
  }
  if (pin.value === 'never') {
    const reason = pin.rule === undefined ? 'profile does not pin' : 'rule does not pin'
    return { kind: 'keep', field, reference, image, reason, by }
  }
  const unresolved = applyRules(profile.rules, matchInput, 'unresolved', profile.unresolved).value
  return { kind: 'pin', field, reference, image, by, unresolved }
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
  { tagKind: kind }: DistinctReference,
  matchInput: MatchInput,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  if (!isMutable(kind)) return []
  const mutable = kind as MutableTagKind
  const action = applyRules(profile.rules, matchInput, 'mutableTags', profile.mutableTags[mutable]).value
  if (action === 'allow') return []
  const severity = action === 'deny' ? 'error' : 'warning'
  const args = { image: field.image }
  return [{ code: MUTABLE_TAG_CODES[mutable], severity, args, at: locationOf(field, source) }]
}

/** Accepts an image if its name in the manifest, or its original name from before a rewrite, is allowed. */
function registryDiagnostics(
  field: ImageField,
  { reference, lookupReference }: DistinctReference,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  const { allowedRegistries, name } = profile
  if (allowedRegistries.length === 0) return []
  const names = [reference, lookupReference]
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
  { reference }: DistinctReference,
  { rewrite, name }: Profile,
  source: Source,
): Diagnostic[] {
  const reason = rewrite.length === 0 ? undefined : rewriteObstacle(repositoryName(reference), rewrite)
  if (reason === undefined) return []
  const args = { image: field.image, profile: name, reason }
  return [{ code: 'IMAGE_NOT_REWRITTEN', severity: 'warning', args, at: locationOf(field, source) }]
}
