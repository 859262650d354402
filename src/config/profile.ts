import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { FieldOptions } from '../kube/find/field-options.ts'
import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { Platform } from '../oci/platform.ts'
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

/** The policy of an environment, with every setting. */
export interface Profile {
  readonly name: string
  readonly pin: PinMode
  readonly output: OutputForm
  /** Pin this platform's manifest rather than the index. */
  readonly platform?: Platform
  readonly policyMode: PolicyMode
  /** The policy for each kind of reference in the output (a pinned one is `digest`). */
  readonly pullPolicy: Readonly<Record<TagKind, ImagePullPolicy>>
  /** An image that does not resolve: `deny` fails the run, `warn` leaves it unchanged with a warning. */
  readonly unresolved: 'warn' | 'deny'
  readonly mutableTags: Readonly<Record<MutableTagKind, Action>>
  /** A value that is not an image reference. */
  readonly invalid: 'warn' | 'deny'
  /** A value that a later step fills in, such as `${TAG}`. */
  readonly placeholders: 'warn' | 'deny'
  /** `obey`: annotations in manifests may skip images and choose policies; `ignore`: they have no effect. */
  readonly annotations: AnnotationMode
  /** The registries and repositories that images may come from; empty: any. */
  readonly allowedRegistries: readonly AllowedRegistry[]
  /** Only fields that one of these matches are changed; empty: all fields. */
  readonly include: readonly Matcher[]
  /** Fields that are skipped, even if `include` matches them. */
  readonly exclude: readonly Matcher[]
  /** In order: each setting comes from the first rule that matches and has it. */
  readonly rules: readonly Rule[]
  /** Names to write in place of others, for clusters that pull from a private mirror. */
  readonly rewrite: readonly NameRewrite[]
  /**
   * Repositories with an entry in the lock file. If a name here looks like the result of a rewrite, it is still an image
   * of its own and was not rewritten.
   */
  readonly lockedNames?: ReadonlySet<string>
  /** Image fields besides the built-in ones: the same for every profile of a configuration. */
  readonly fields: FieldOptions
  /** Severities that differ from the default of their code. */
  readonly findings: Readonly<Partial<Record<PolicyCode, SeverityOverride>>>
}
