import type { TagKind } from '../reference/tag-kind.ts'

/**
 * Whether images are pinned: `always` resolves them by the lock file or the registry, `locked` by the lock file alone without
 * opening a socket, `never` does not pin.
 */
export type PinMode = 'always' | 'locked' | 'never'

/**
 * The form of a pinned reference: `name:tag@digest`, `name@digest`, or `as-written`, which resolves the reference to
 * make sure that it exists, but leaves it unchanged, for nodes whose images were loaded by tag.
 */
export type OutputForm = 'tag-digest' | 'digest' | 'as-written'

/**
 * How a profile's pull policy is combined with the one in a manifest. `override`: it replaces an existing policy. `default`: it
 * is written only where none exists. `preserve`: an existing policy stays, and a missing one is written as the API server would
 * default it for the reference in the manifest.
 */
export type PolicyMode = 'override' | 'default' | 'preserve'

/** Whether annotations in manifests (`pinpull.dev/skip` and others) have an effect. */
export type AnnotationMode = 'obey' | 'ignore'

/** What happens if an image violates a setting: nothing, a warning or an error. */
export type Action = 'allow' | 'warn' | 'deny'

/** The kinds of tag that are expected to move to other images: none (`latest` by default), `latest`, or one such as `1.27`. */
export type MutableTagKind = Extract<TagKind, 'untagged' | 'latest' | 'floating'>

/** The severity that a profile sets for a diagnostic code in place of the default; `off` suppresses the diagnostic. */
export type SeverityOverride = 'error' | 'warning' | 'info' | 'off'
