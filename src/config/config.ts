import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { TagKind } from '../reference/tag-kind.ts'
import type {
  Action,
  AnnotationMode,
  MutableTagKind,
  OutputForm,
  PinMode,
  PolicyMode,
  SeverityOverride,
} from './enums.ts'
import type { FieldsSpec } from './field-settings.ts'
import type { LockSettings, LockSpec } from './lock-settings.ts'
import type { MatchSpec } from './matcher.ts'
import type { Profile } from './profile.ts'
import type { RegistrySettings } from './registry-settings.ts'
import type { NameRewrite } from './rewrite.ts'
import type { RuleSpec } from './rule.ts'
import type { TrustTier } from './trust.ts'
import type { VerifySpec } from './verify-settings.ts'

/** The `spec` of a configuration as it is written. `docs/config.md` explains every key. */
export interface ConfigSpec {
  /** The profile to use when neither a flag nor the environment chooses one. */
  readonly defaultProfile?: string
  /** Relative to the configuration's folder. */
  readonly lockFile?: string
  readonly lock?: LockSpec
  readonly profiles?: readonly ProfileSpec[]
  readonly registries?: readonly RegistrySettings[]
  readonly fields?: FieldsSpec
  readonly denyDigests?: readonly string[]
  /** Relative to the configuration's folder; one digest a line, `#` begins a comment. */
  readonly denyDigestsFile?: string
}

/**
 * A profile as it is in a configuration file; `Profile` explains the settings. Missing ones come from the profile that it
 * extends.
 */
export interface ProfileSpec {
  readonly name: string
  /** A built-in profile or one of this configuration; absent: the built-in one of the same name, else `prod`. */
  readonly extends?: string
  readonly pin?: PinMode
  readonly output?: OutputForm
  /** `os/architecture[/variant]`: pin that platform's manifest rather than the index. */
  readonly platform?: string
  readonly policyMode?: PolicyMode
  /** One policy for all, or one for each kind of reference. */
  readonly pullPolicy?: ImagePullPolicy | Partial<Readonly<Record<TagKind, ImagePullPolicy>>>
  readonly unresolved?: 'warn' | 'deny'
  /** One action for all mutable tags, or one for each kind of them. */
  readonly mutableTags?: Action | Partial<Readonly<Record<MutableTagKind, Action>>>
  readonly invalid?: 'warn' | 'deny'
  readonly placeholders?: 'warn' | 'deny'
  /** Whether annotations in manifests may skip images and choose policies. */
  readonly annotations?: AnnotationMode
  readonly allowedRegistries?: readonly string[]
  /** Patterns of image names, or conditions. */
  readonly include?: readonly (string | MatchSpec)[]
  readonly exclude?: readonly (string | MatchSpec)[]
  /** They precede the rules of the extended profile. */
  readonly rules?: readonly RuleSpec[]
  readonly rewrite?: readonly NameRewrite[]
  /** Signatures that images must have. They precede the entries of the extended profile. */
  readonly verify?: readonly VerifySpec[]
  /** For the entries of `verify` that have none; relative to the configuration's folder. */
  readonly trustedRoot?: string
  /** For the entries of `verify` that have none. */
  readonly signatureRepository?: string
  readonly findings?: Partial<Readonly<Record<PolicyCode, SeverityOverride>>>
}

/** A valid configuration whose profiles have all settings. */
export interface Config {
  /** `metadata.name` of the configuration. */
  readonly name?: string
  /** How much its source is trusted, which limits what it may set (`trust.ts`). */
  readonly tier: TrustTier
  /** The name of the configuration file, as given on the command line or found. */
  readonly file?: string
  readonly defaultProfile?: string
  /** The profile that a `functionConfig` chose because the configuration has no `defaultProfile`; then it is that one. */
  readonly profileOfInput?: string
  /** The profile that a `functionConfig` chose, which `defaultProfile` overrides. */
  readonly unusedProfile?: string
  readonly lockFile?: string
  /** Absent if the configuration has none: `DEFAULT_LOCK_SETTINGS`. */
  readonly lock?: LockSettings
  /** The built-in profiles and those of the configuration, by name. */
  readonly profiles: ReadonlyMap<string, Profile>
  readonly registries: readonly RegistrySettings[]
  /** Relative to the configuration's folder. Its digests have to be added with `withDenyDigests`. */
  readonly denyDigestsFile?: string
  /** The `spec` as it was written; absent if there is no configuration. */
  readonly spec?: ConfigSpec
}
