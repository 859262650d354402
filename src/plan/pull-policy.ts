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

/** Everything that a pull policy depends on. */
export interface PullPolicyInput {
  readonly mode: PolicyMode
  /** The policy that the profile, a rule or an annotation sets for the output reference. */
  readonly desired: ImagePullPolicy
  /** The policy that the API server derives from the author's reference if the field is unset. */
  readonly apiServerDefault: ImagePullPolicy
  /** The value of the field; undefined if it is unset, null or empty, which the API server treats alike. */
  readonly current: string | undefined
  /** The values that the field's schema allows. */
  readonly allowed: readonly ImagePullPolicy[]
}

export interface PullPolicyDecision {
  /** The value to write; absent if the field does not change. */
  readonly value?: ImagePullPolicy
  /** Why the field does not get the desired policy; absent if there is nothing to report. */
  readonly problem?: 'unsupported' | 'invalid' | 'not a scalar'
}

/**
 * Decides a pull policy. Its truth table is in `docs/pull-policy.md`.
 *
 * - `override` sets the desired policy. If the schema does not allow it, the current value stays; if there is none, the
 *   API server's default for the author's reference is written, so that pinning does not change the policy.
 * - `default` keeps a current value; without one it works like `override`.
 * - `preserve` keeps a current value; without one it writes the API server's default for the author's reference.
 */
export function applyPolicyMode(input: PullPolicyInput): PullPolicyDecision {
  const { mode, desired, current, allowed } = input
  if (mode !== 'override' && current !== undefined)
    return mayBeValid(current, allowed) ? {} : { problem: 'invalid' }
  if (mode === 'preserve') return valueIfAllowed(input.apiServerDefault, allowed)
  if (allowed.includes(desired)) return desired === current ? {} : { value: desired }
  return {
    ...(current === undefined ? valueIfAllowed(input.apiServerDefault, allowed) : {}),
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

/** The decision about a field's pull policy, and what decided it. */
export interface DecidedPullPolicy {
  readonly input: PullPolicyInput
  readonly decision: PullPolicyDecision
  /** The name of the profile, the label of one of its rules, or the annotation. */
  readonly by: string
}

/**
 * Decides the pull policy of an image field.
 * @param output the reference that the field will hold
 * @returns undefined if the schema has no pull policy for the image
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
    // A getter, because few modes need it.
    get apiServerDefault() {
      return defaultPullPolicy(field.image)
    },
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

/** @returns the pull policy of a field; undefined if it is unset, null or empty, which the API server treats alike */
export function currentPolicy(field: ImageField): string | undefined {
  if (isNotScalar(field)) return 'a collection'
  const scalar = field.policy?.scalar
  return scalar === undefined || scalar.isNull || scalar.value === '' ? undefined : scalar.value
}

/** Reports a pull policy that cannot be set as desired. */
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
