import type { PolicyMode } from '../config/enums.ts'
import type { Profile } from '../config/profile.ts'
import { applyRules } from '../config/rule.ts'
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import type { ImageField, ImagePullPolicy } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import { defaultPullPolicy, PULL_POLICIES } from '../kube/pull-policy.ts'
import { actionAt, isAction } from '../kube/unrendered.ts'
import type { Reference } from '../reference/reference.ts'
import { tagKindOf } from '../reference/tag-kind.ts'
import { follow } from '../yaml/lookup.ts'
import type { Source } from '../yaml/source.ts'
import type { Instruction } from './annotation-overrides.ts'
import { subjectOf } from './subject.ts'

/** All that a pull policy depends on. */
export interface PolicyQuestion {
  readonly mode: PolicyMode
  /** What the profile, a rule or an annotation wants for the reference as it will be written. */
  readonly wanted: ImagePullPolicy
  /** What the API server makes of the reference as the author wrote it, where no policy stands. */
  readonly original: ImagePullPolicy
  /** What stands there; absent where nothing does, or nothing but null or the empty string, which is the same. */
  readonly present?: string
  /** What the field's schema lets stand there. */
  readonly allowed: readonly ImagePullPolicy[]
}

/** What is to stand beside an image. */
export interface PolicyAnswer {
  /** Absent where the field is to stay as it is. */
  readonly value?: ImagePullPolicy
  /** Why it is not what the profile wants, where that is a reason to say so. */
  readonly problem?: 'unsupported' | 'invalid' | 'collection'
}

/**
 * Decides a pull policy: a pure function, whose truth table is `docs/pull-policy.md` and `test/plan/pull-policy.test.ts`.
 *
 * - `override` writes what is wanted. Where the schema does not know it, what stands there stays; where nothing
 *   does, what the original reference would have got is written, so that pinning does not change it.
 * - `default` keeps what stands there, and else does as `override`.
 * - `preserve` keeps what stands there, and else writes what the original reference would have got.
 */
export function decidePullPolicy(question: PolicyQuestion): PolicyAnswer {
  const { mode, wanted, present, allowed } = question
  if (mode !== 'override' && present !== undefined)
    return isPossible(present, allowed) ? {} : { problem: 'invalid' }
  if (mode === 'preserve') return inSchema(question.original, allowed)
  if (allowed.includes(wanted)) return wanted === present ? {} : { value: wanted }
  return { ...(present === undefined ? inSchema(question.original, allowed) : {}), problem: 'unsupported' }
}

function inSchema(value: ImagePullPolicy, allowed: readonly ImagePullPolicy[]): PolicyAnswer {
  return allowed.includes(value) ? { value } : {}
}

/**
 * Whether what stands there may be right. A schema that takes fewer than Kubernetes' three values has ones of its own
 * (Istio's `UNSPECIFIED_POLICY`), which are not ours to judge.
 */
function isPossible(present: string, allowed: readonly ImagePullPolicy[]): boolean {
  return allowed.length < PULL_POLICIES.length || allowed.some((one) => one === present)
}

/** The pull policy of a field, with who says so: a profile, a rule or an annotation. */
export interface FieldPolicy {
  readonly question: PolicyQuestion
  readonly answer: PolicyAnswer
  readonly by: string
}

/**
 * Decides the pull policy of a field.
 * @param written the reference as it will stand there
 * @returns undefined where the schema has no field for a policy
 */
export function decideFieldPolicy(
  field: ImageField,
  written: Reference,
  profile: Profile,
  instruction: Instruction | undefined,
): FieldPolicy | undefined {
  if (field.policy === undefined) return undefined
  const subject = subjectOf(field, written, profile)
  const mode = applyRules(profile.rules, subject, 'policyMode', profile.policyMode)
  const wanted = applyRules(profile.rules, subject, 'pullPolicy', profile.pullPolicy[tagKindOf(written)])
  const present = presentPolicy(field)
  const question: PolicyQuestion = {
    mode: instruction?.pullPolicy === undefined ? mode.value : 'override',
    wanted: instruction?.pullPolicy ?? wanted.value,
    // Few modes ask for it.
    get original() {
      return defaultPullPolicy(field.image)
    },
    ...(present === undefined ? {} : { present }),
    allowed: field.policy.allowed,
  }
  const rule = question.mode === 'preserve' ? mode.rule : wanted.rule
  const by = instruction?.pullPolicy === undefined ? (rule?.label ?? profile.name) : 'pinpull.dev/pull-policy'
  const answer = isCollection(field) ? ({ problem: 'collection' } as const) : decidePullPolicy(question)
  return { question, answer, by }
}

/** Whether a mapping or a list stands where a pull policy should: nothing is written over it. */
function isCollection({ policy }: ImageField): boolean {
  return policy?.entry !== undefined && policy.scalar === undefined
}

/** What stands in the field's policy; absent where that is nothing to the API server, null and the empty string too. */
export function presentPolicy(field: ImageField): string | undefined {
  if (isCollection(field)) return 'a collection'
  const scalar = field.policy?.scalar
  return scalar === undefined || scalar.isNull || scalar.value === '' ? undefined : scalar.value
}

/** What there is to say of a policy that is not written as wanted. */
export function policyFindings(
  field: ImageField,
  { question, answer }: FieldPolicy,
  source: Source,
): Diagnostic[] {
  if (answer.problem === undefined) return []
  const allowed = question.allowed.join(', ')
  const at = placeOf(field, source)
  if (answer.problem === 'collection') return [collectionFinding(field, allowed, at, source)]
  if (answer.problem === 'unsupported') {
    const args = { wanted: question.wanted, allowed }
    return [{ code: 'PULL_POLICY_UNSUPPORTED', severity: 'warning', args, at }]
  }
  const args = {
    policy: `"${question.present ?? ''}"`,
    allowed,
    why: 'the mode of the profile keeps what stands there',
  }
  return [{ code: 'PULL_POLICY_INVALID', severity: 'warning', args, at }]
}

/** A template that was not rendered reads as a mapping, too. */
function collectionFinding(field: ImageField, allowed: string, at: Place, source: Source): Diagnostic {
  const value = field.policy?.entry?.value
  const node = value === undefined ? undefined : follow(value)
  if (node?.kind === 'mapping' && isAction(node)) {
    const args = { action: actionAt(node.start, source) }
    return { code: 'TEMPLATE_UNRENDERED', severity: 'error', args, at }
  }
  const policy = node?.kind === 'sequence' ? 'a list' : 'a mapping'
  const args = { policy, allowed, why: 'nothing is written over it' }
  return { code: 'PULL_POLICY_INVALID', severity: 'error', args, at }
}
