import type { Profile } from '../config/profile.ts'
import { applyRules } from '../config/rule.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import { defaultPullPolicy } from '../kube/pull-policy.ts'
import type { Reference } from '../reference/reference.ts'
import { tagKindOf } from '../reference/tag-kind.ts'
import type { Source } from '../yaml/source.ts'
import type { Instruction } from './instruction.ts'
import { decidePullPolicy, type PolicyAnswer, type PolicyQuestion } from './policy.ts'
import { subjectOf } from './subject.ts'

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
  return { question, answer: decidePullPolicy(question), by }
}

/** What stands in the field's policy; absent where that is nothing to the API server, null and the empty string too. */
export function presentPolicy(field: ImageField): string | undefined {
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
  if (answer.problem === 'unsupported') {
    const args = { wanted: question.wanted, allowed }
    return [{ code: 'PULL_POLICY_UNSUPPORTED', severity: 'warning', args, at }]
  }
  const args = { policy: question.present ?? '', allowed }
  return [{ code: 'PULL_POLICY_INVALID', severity: 'warning', args, at }]
}
