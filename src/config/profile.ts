import type { TagKind } from '../reference/reference.ts'

/** What a profile does about tags. `locked`: only the lock file answers, no socket is opened. */
export type PinMode = 'always' | 'locked' | 'never'

/** `name:tag@digest`, or `name@digest`. */
export type OutputForm = 'tag-digest' | 'digest'

/**
 * `override`: the policy is written whatever stood there. `default`: only where none stood. `preserve`: what
 * Kubernetes would have made of the original reference is written out, and what stood there is kept.
 */
export type PolicyMode = 'override' | 'default' | 'preserve'

/** What is done about something that is not as it should be. */
export type Handling = 'allow' | 'warn' | 'deny'

/** The policy of an environment, merged and complete: nothing in it is optional but the lists. */
export interface Profile {
  readonly name: string
  readonly pin: PinMode
  readonly output: OutputForm
  readonly policyMode: PolicyMode
  /** The policy for each kind of reference as it will be written (a pinned one is `digest`). */
  readonly pullPolicy: Readonly<Record<TagKind, 'Always' | 'IfNotPresent' | 'Never'>>
  /** An image that does not resolve: `deny` fails the run, `warn` keeps it and says so. */
  readonly unresolved: 'warn' | 'deny'
  /** `latest` and untagged references. */
  readonly mutableTags: Handling
  /** A value that is no image reference; known placeholders are only ever warned about. */
  readonly invalid: 'warn' | 'deny'
}
