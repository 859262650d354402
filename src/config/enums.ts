import type { TagKind } from '../reference/tag-kind.ts'

/** Whether tags are resolved. `locked`: from the lock file alone; no socket is opened. */
export type PinMode = 'always' | 'locked' | 'never'

/**
 * The form of a pinned reference: `name:tag@digest`, `name@digest`, or `as-written`, which resolves the reference to
 * make sure that it exists, but leaves it unchanged, for nodes whose images were loaded by tag.
 */
export type OutputForm = 'tag-digest' | 'digest' | 'as-written'

/**
 * `override`: the policy replaces an existing one. `default`: it is written only where none exists. `preserve`: an
 * existing policy stays, and a missing one is written as Kubernetes would default it for the original reference.
 */
export type PolicyMode = 'override' | 'default' | 'preserve'

/** Whether annotations in manifests (`pinpull.dev/skip` and others) have an effect. */
export type AnnotationMode = 'obey' | 'ignore'

/** What to do about a violation. */
export type Action = 'allow' | 'warn' | 'deny'

/** The kinds of reference whose tag is expected to move. */
export type MutableTagKind = Extract<TagKind, 'untagged' | 'latest' | 'floating'>

/** The severity that a profile gives a diagnostic of `pinpull check`; `off` suppresses it. */
export type SeverityOverride = 'error' | 'warning' | 'info' | 'off'
