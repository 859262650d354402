import type { PolicyMode, Profile } from '../config/profile.ts'
import type { ImagePullPolicy } from '../kube/image-field.ts'
import { defaultPullPolicy } from '../kube/pull-policy.ts'
import type { TagKind } from '../reference/reference.ts'

/** What is known of an image when its pull policy is decided. */
export interface PolicyQuestion {
  /** As the author wrote it. */
  readonly image: string
  /** What the reference is as it will be written: `digest` once pinned. */
  readonly tagKind: TagKind
  /** Whether the reference changes, so that Kubernetes' own default may change with it. */
  readonly pinned: boolean
  /** What stands there; absent where nothing does. */
  readonly present?: string
}

/**
 * The pull policy that is to stand beside an image, or undefined where nothing is to be written.
 * A pure function of its arguments: `docs/pull-policy.md` has its truth table.
 */
export function decidePullPolicy(question: PolicyQuestion, profile: Profile): ImagePullPolicy | undefined {
  const mode: PolicyMode = profile.policyMode
  if (mode !== 'override' && question.present !== undefined) return undefined
  if (mode !== 'preserve') return profile.pullPolicy[question.tagKind]
  return question.pinned ? defaultPullPolicy(question.image) : undefined
}
