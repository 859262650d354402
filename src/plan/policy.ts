import type { PolicyMode } from '../config/setting.ts'
import type { ImagePullPolicy } from '../kube/image-field.ts'
import { PULL_POLICIES } from '../kube/pull-policy.ts'

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
 * Decides a pull policy: a pure function, whose truth table is `docs/pull-policy.md` and `test/plan/policy.test.ts`.
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
