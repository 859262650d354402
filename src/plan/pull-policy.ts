import type { PolicyMode } from '../config/enums.ts'
import type { Profile } from '../config/profile.ts'
import { applyRules } from '../config/rule.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type ImageField, type ImagePullPolicy, PULL_POLICIES } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { isTemplateAction, templateActionAt } from '../kube/placeholder.ts'
import { defaultPullPolicy } from '../kube/pod/pull-policy.ts'
import type { Reference } from '../reference/reference.ts'
import { tagKindOf } from '../reference/tag-kind.ts'
import { resolveAlias } from '../yaml/lookup.ts'
import type { Source } from '../yaml/source.ts'
import type { AnnotationOverrides } from './annotation-overrides.ts'
import { matchInputOf } from './match-input.ts'

/** The values that determine the pull policy of an image field. */
export interface PullPolicyInput {
  /** Whether the desired policy replaces a current one; see `applyPolicyMode`. */
  readonly mode: PolicyMode
  /** The policy that the profile, a rule or an annotation sets for the reference that Pinpull writes. */
  readonly desired: ImagePullPolicy
  /** Returns the policy that the API server derives from the reference in the manifest if the field is unset. Few modes need it. */
  readonly apiServerDefault: () => ImagePullPolicy
  /** The current policy in the manifest; undefined if it is unset, null or empty, which the API server treats alike. */
  readonly current: string | undefined
  /** The values that the schema of the Kubernetes object allows for this field. */
  readonly allowed: readonly ImagePullPolicy[]
}

/**
 * The pull policy to write, and the problem to report. It has both if the desired policy is not allowed, none is set, and the API
 * server's default, which is written then, is allowed. It has neither if the field stays unchanged without a problem.
 */
export interface PullPolicyDecision {
  /** The policy to write; absent if the field does not change. */
  readonly value?: ImagePullPolicy
  /**
   * - `unsupported`: the schema does not allow the desired policy
   * - `invalid`: the mode keeps a current value that is none of Kubernetes' three; a schema that allows fewer is not judged
   * - `not a scalar`: the current value is a mapping or a list, which is never overwritten (only from `decidePullPolicy`)
   */
  readonly problem?: 'unsupported' | 'invalid' | 'not a scalar'
}

/**
 * Applies the mode of a profile or rule (`policyMode`) to a pull policy; `docs/pull-policy.md` has the truth table.
 *
 * - `override` writes the desired policy. If the schema of the object does not allow that policy, that is a problem: a current
 *   policy stays, and a missing one becomes the API server's default for the reference in the manifest, so that pinning does not
 *   change it.
 * - `default` keeps a current policy, and sets a missing one like `override`.
 * - `preserve` keeps a current policy, and writes the API server's default for the reference in the manifest if it is missing.
 *
 * A policy that is already the current one, and a default that the schema does not allow, are not written.
 */
export function applyPolicyMode(input: PullPolicyInput): PullPolicyDecision {
  const { mode, desired, current, allowed } = input
  if (mode !== 'override' && current !== undefined)
    return mayBeValid(current, allowed) ? {} : { problem: 'invalid' }
  if (mode === 'preserve') return valueIfAllowed(input.apiServerDefault(), allowed)
  if (allowed.includes(desired)) return desired === current ? {} : { value: desired }
  return {
    ...(current === undefined ? valueIfAllowed(input.apiServerDefault(), allowed) : {}),
    problem: 'unsupported',
  }
}

function valueIfAllowed(value: ImagePullPolicy, allowed: readonly ImagePullPolicy[]): PullPolicyDecision {
  return allowed.includes(value) ? { value } : {}
}

/**
 * Whether the API server may accept a current value. A schema that allows fewer than Kubernetes' three values has its own
 * ones (Istio's `UNSPECIFIED_POLICY`), which Pinpull does not judge.
 */
function mayBeValid(current: string, allowed: readonly ImagePullPolicy[]): boolean {
  return allowed.length < PULL_POLICIES.length || allowed.some((policy) => policy === current)
}

/** The decision about the pull policy of an image field, with what it was derived from. */
export interface DecidedPullPolicy {
  readonly input: PullPolicyInput
  readonly decision: PullPolicyDecision
  /**
   * What set the desired policy, or with `preserve` the mode: the name of the profile, the label of one of its rules, or
   * `pinpull.dev/pull-policy`.
   */
  readonly by: string
}

/**
 * Decides the pull policy of an image field: takes mode and desired policy from the rules or else the profile, and applies them
 * with `applyPolicyMode`. An annotation replaces both: its policy is desired, and the mode is `override`. A mapping or list is
 * never overwritten (`not a scalar`).
 * @param output the reference that Pinpull writes to the field, which may be the one in the manifest
 * @param overrides what annotations set for the field; undefined if none applies
 * @returns undefined if the object has no pull policy for this image
 */
export function decidePullPolicy(
  field: ImageField,
  output: Reference,
  profile: Profile,
  overrides: AnnotationOverrides | undefined,
): DecidedPullPolicy | undefined {
  if (field.policy === undefined) return undefined
  const matchInput = matchInputOf(field, output, profile)
  const mode = applyRules(profile.rules, matchInput, 'policyMode', profile.policyMode)
  const desired = applyRules(profile.rules, matchInput, 'pullPolicy', profile.pullPolicy[tagKindOf(output)])
  const annotated = overrides?.pullPolicy
  const input: PullPolicyInput = {
    mode: annotated === undefined ? mode.value : 'override',
    desired: annotated ?? desired.value,
    apiServerDefault: () => defaultPullPolicy(field.image),
    current: currentPolicy(field),
    allowed: field.policy.allowed,
  }
  const rule = input.mode === 'preserve' ? mode.rule : desired.rule
  return {
    input,
    decision: isNotScalar(field) ? { problem: 'not a scalar' } : applyPolicyMode(input),
    by: annotated === undefined ? (rule?.label ?? profile.name) : 'pinpull.dev/pull-policy',
  }
}

/** Whether the pull policy is a mapping or a list, which is never overwritten. */
function isNotScalar({ policy }: ImageField): boolean {
  return policy?.entry !== undefined && policy.scalar === undefined
}

/**
 * Returns the pull policy that an image field has in the manifest.
 * @returns undefined if it is unset, null or empty, which the API server treats alike; `a collection` for a mapping or list
 */
export function currentPolicy(field: ImageField): string | undefined {
  if (isNotScalar(field)) return 'a collection'
  const scalar = field.policy?.scalar
  return scalar === undefined || scalar.isNull || scalar.value === '' ? undefined : scalar.value
}

/**
 * Reports the problem of a pull policy decision, if it has one: PULL_POLICY_UNSUPPORTED or PULL_POLICY_INVALID as a warning; for
 * a mapping or list PULL_POLICY_INVALID, or TEMPLATE_UNRENDERED for `{{ … }}`, as an error.
 */
export function policyDiagnostics(
  field: ImageField,
  { input, decision }: DecidedPullPolicy,
  source: Source,
): Diagnostic[] {
  if (decision.problem === undefined) return []
  const allowed = input.allowed.join(', ')
  const at = locationOf(field, source)
  switch (decision.problem) {
    case 'not a scalar':
      return [{ ...collectionDiagnostic(field, allowed, source), at }]
    case 'unsupported': {
      const args = { wanted: input.desired, allowed }
      return [{ code: 'PULL_POLICY_UNSUPPORTED', severity: 'warning', args, at }]
    }
    case 'invalid': {
      const why = 'the policy mode of the profile keeps the current value'
      const args = { policy: `"${input.current ?? ''}"`, allowed, why }
      return [{ code: 'PULL_POLICY_INVALID', severity: 'warning', args, at }]
    }
  }
}

function collectionDiagnostic(field: ImageField, allowed: string, source: Source): Diagnostic {
  const value = field.policy?.entry?.value
  const node = value && resolveAlias(value)
  // An unrendered template is read as a mapping, too.
  if (node?.kind === 'mapping' && isTemplateAction(node)) {
    const args = { action: templateActionAt(node.start, source) }
    return { code: 'TEMPLATE_UNRENDERED', severity: 'error', args }
  }
  const policy = node?.kind === 'sequence' ? 'a list' : 'a mapping'
  const args = { policy, allowed, why: 'Pinpull does not overwrite it' }
  return { code: 'PULL_POLICY_INVALID', severity: 'error', args }
}
