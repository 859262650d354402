import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { FieldOptions } from '../kube/find/field-options.ts'
import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { Platform } from '../oci/platform.ts'
import type { Digest } from '../reference/reference.ts'
import type { TagKind } from '../reference/tag-kind.ts'
import type { AllowedRegistry } from './allowed-registry.ts'
import type {
  Action,
  AnnotationMode,
  MutableTagKind,
  OutputForm,
  PinMode,
  PolicyMode,
  SeverityOverride,
} from './enums.ts'
import type { Matcher } from './matcher.ts'
import type { NameRewrite } from './rewrite.ts'
import type { Rule } from './rule.ts'
import type { ProfileVerifyRule, VerifyDefaults } from './verify-settings.ts'

/**
 * The policy of an environment such as `prod`, with all settings: which images are pinned, their pull policies, and severities.
 */
export interface Profile extends VerifyDefaults {
  readonly name: string
  readonly pin: PinMode
  readonly output: OutputForm
  /** Pin the manifest of this platform; absent to pin the index of all platforms. */
  readonly platform?: Platform
  readonly policyMode: PolicyMode
  /** The pull policy for each kind of reference that Pinpull writes; a pinned one is of the kind `digest`. */
  readonly pullPolicy: Readonly<Record<TagKind, ImagePullPolicy>>
  /** An image that does not resolve: `deny` fails the run, `warn` leaves it unchanged with a warning. */
  readonly unresolved: 'warn' | 'deny'
  /** What happens if the tag in the manifest is expected to move, by the kind of tag. */
  readonly mutableTags: Readonly<Record<MutableTagKind, Action>>
  /** A value that is not an image reference: `deny` is an error, `warn` a warning. */
  readonly invalid: 'warn' | 'deny'
  /** A value that a later step fills in, such as `${TAG}`: `deny` is an error, `warn` a warning. */
  readonly placeholders: 'warn' | 'deny'
  /** `obey`: annotations in manifests may skip images and choose policies; `ignore`: they have no effect. */
  readonly annotations: AnnotationMode
  /** The registries and repositories that images may come from; empty: any. */
  readonly allowedRegistries: readonly AllowedRegistry[]
  /** If not empty, only fields that match one of these are changed. */
  readonly include: readonly Matcher[]
  /** Fields that are skipped, even if `include` matches them. */
  readonly exclude: readonly Matcher[]
  /** Exceptions for some image fields. Each setting comes from the first rule that matches the field and has the setting. */
  readonly rules: readonly Rule[]
  /** Replaces registries and repositories in the output, for clusters that pull from a private mirror. */
  readonly rewrite: readonly NameRewrite[]
  /**
   * Whose signatures an image must have before its digest is written. The first rule that matches its original name decides; empty:
   * nothing is verified. They have the defaults of the profile.
   */
  readonly verify: readonly ProfileVerifyRule[]
  /**
   * Repositories with an entry in the lock file. If a name here looks like the result of a rewrite, it is still an image
   * of its own and was not rewritten.
   */
  readonly lockedNames?: ReadonlySet<string>
  /** Image fields besides the built-in ones: the same for every profile of a configuration. */
  readonly fields: FieldOptions
  /**
   * Digests that no image may have, each with the one that the configuration lists: itself, or one that it stands for, such as a
   * manifest of an index that the lock file knows. The same for every profile of a configuration; absent for none.
   */
  readonly denyDigests?: ReadonlyMap<Digest, Digest>
  /** Severities that differ from the default of their code. */
  readonly findings: Readonly<Partial<Record<PolicyCode, SeverityOverride>>>
}
