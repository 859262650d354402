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
import type { MatchSpec } from './matcher.ts'
import type { Profile } from './profile.ts'
import type { RegistrySettings } from './registry-settings.ts'
import type { NameRewrite } from './rewrite.ts'
import type { RuleSpec } from './rule.ts'
import type { TrustTier } from './trust.ts'

/** The `spec` of a configuration as it is written. `docs/config.md` explains every key. */
export interface ConfigSpec {
  /** The profile of those who choose none by flag or environment. */
  readonly defaultProfile?: string
  /** Relative to the configuration's folder. */
  readonly lockFile?: string
  readonly profiles?: readonly ProfileSpec[]
  readonly registries?: readonly RegistrySettings[]
  readonly fields?: FieldsSpec
}

/** A profile as it is written: what it leaves out comes from the profile that it extends. */
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
  /** One handling for all tags that are expected to move, or one for each kind of them. */
  readonly mutableTags?: Action | Partial<Readonly<Record<MutableTagKind, Action>>>
  readonly invalid?: 'warn' | 'deny'
  readonly placeholders?: 'warn' | 'deny'
  /** What becomes of the annotations in manifests that skip images or choose policies. */
  readonly annotations?: AnnotationMode
  readonly allowedRegistries?: readonly string[]
  /** Patterns of image names, or conditions. */
  readonly include?: readonly (string | MatchSpec)[]
  readonly exclude?: readonly (string | MatchSpec)[]
  /** They come before the rules of the profile that is extended. */
  readonly rules?: readonly RuleSpec[]
  readonly rewrite?: readonly NameRewrite[]
  readonly findings?: Partial<Readonly<Record<PolicyCode, SeverityOverride>>>
}

/** A valid configuration, ready for use. */
export interface Config {
  /** The name in its metadata. */
  readonly name?: string
  /** Who says it: `trust.ts` tells what that means. */
  readonly tier: TrustTier
  /** The file that it was read from, as given. */
  readonly file?: string
  readonly defaultProfile?: string
  /** What a `functionConfig` would have chosen in place of `defaultProfile`, which counts. */
  readonly unusedProfile?: string
  readonly lockFile?: string
  /** The built-in profiles and its own, merged and complete. */
  readonly profiles: ReadonlyMap<string, Profile>
  readonly registries: readonly RegistrySettings[]
  /** As it was written; absent where there is no configuration. */
  readonly spec?: ConfigSpec
}
