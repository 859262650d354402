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

/** The policy of an environment, merged and complete. */
export interface Profile {
  readonly name: string
  readonly pin: PinMode
  readonly output: OutputForm
  /** Pin this platform's manifest rather than the index. */
  readonly platform?: Platform
  readonly policyMode: PolicyMode
  /** The policy for each kind of reference as it will be written (a pinned one is `digest`). */
  readonly pullPolicy: Readonly<Record<TagKind, ImagePullPolicy>>
  /** An image that does not resolve: `deny` fails the run, `warn` keeps it and says so. */
  readonly unresolved: 'warn' | 'deny'
  readonly mutableTags: Readonly<Record<MutableTagKind, Action>>
  /** A value that is no image reference. */
  readonly invalid: 'warn' | 'deny'
  /** A value that is known to be filled in later, as `${TAG}`. */
  readonly placeholders: 'warn' | 'deny'
  /** `obey`: annotations of manifests may skip images and choose policies; `ignore`: they are passed over. */
  readonly annotations: AnnotationMode
  /** Registries and repositories that images may come from; empty: any. */
  readonly allowedRegistries: readonly AllowedRegistry[]
  /** Only the fields that one of these matches are touched; empty: all of them. */
  readonly include: readonly Matcher[]
  /** Fields that are left alone, whatever `include` says. */
  readonly exclude: readonly Matcher[]
  /** In order: for each setting, the first rule that matches and has it decides. */
  readonly rules: readonly Rule[]
  /** Names that are written in place of others, for clusters that pull from a private mirror. */
  readonly rewrite: readonly NameRewrite[]
  /**
   * Repositories that the lock file has entries of: where one of them is named as a rewrite would name it, it is an image
   * of its own and none that was rewritten.
   */
  readonly lockedNames?: ReadonlySet<string>
  /** Where images are looked for, besides the built-in places: the same for every profile of a configuration. */
  readonly fields: FieldOptions
  /** What differs from the default severity of a finding. */
  readonly findings: Readonly<Partial<Record<PolicyCode, SeverityOverride>>>
}
