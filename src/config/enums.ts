import type { TagKind } from '../reference/tag-kind.ts'

/** What a profile does about tags. `locked`: only the lock file answers, no socket is opened. */
export type PinMode = 'always' | 'locked' | 'never'

/**
 * `name:tag@digest`, `name@digest`, or `as-written`: the reference is resolved, so that it is known to exist, and
 * stays as it is, for nodes whose images were loaded by tag.
 */
export type OutputForm = 'tag-digest' | 'digest' | 'as-written'

/**
 * `override`: the policy is written whatever stood there. `default`: only where none stood. `preserve`: what
 * Kubernetes would have made of the original reference is written out, and what stood there is kept.
 */
export type PolicyMode = 'override' | 'default' | 'preserve'

/** Whether the annotations of manifests (`pinpull.dev/skip` and its like) count. */
export type AnnotationMode = 'obey' | 'ignore'

/** What is done about something that is not as it should be. */
export type Action = 'allow' | 'warn' | 'deny'

/** The tags that are expected to move. */
export type MutableTagKind = Extract<TagKind, 'untagged' | 'latest' | 'floating'>

/** The severity that a profile gives a finding of `pinpull check`; `off` leaves it out. */
export type SeverityOverride = 'error' | 'warning' | 'info' | 'off'
