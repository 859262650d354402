import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { Action, PolicyMode } from './enums.ts'
import { type Matcher, type MatchInput, type MatchSpec, parseMatcher } from './matcher.ts'

/** The settings that a rule may have for the fields that it matches. */
export interface RuleSettings {
  /** `always` pins as the profile does, and with `pin: never` in the profile from the registry; `never` does not pin. */
  readonly pin?: 'always' | 'never'
  /** Whether `pullPolicy` replaces a policy in the manifest. */
  readonly policyMode?: PolicyMode
  readonly pullPolicy?: ImagePullPolicy
  /** If the image cannot be resolved: `deny` is an error, `warn` a warning. */
  readonly unresolved?: 'warn' | 'deny'
  /** What happens if the tag is expected to move, such as `latest`. */
  readonly mutableTags?: Action
}

/** A rule as it is written in a configuration. */
export interface RuleSpec extends RuleSettings {
  /** The name that `pinpull explain` shows; if absent, it shows the position of the rule. */
  readonly name?: string
  /** Which image fields the rule applies to; all if absent. */
  readonly match?: MatchSpec
}

/** A rule of a profile, ready to be matched against image fields. */
export interface Rule {
  readonly spec: RuleSpec
  /** The name of the rule in reports and `pinpull explain`. */
  readonly label: string
  readonly matcher: Matcher
}

/** All keys of `RuleSettings`; a missing one is a compile error. */
export const RULE_SETTINGS: readonly (keyof RuleSettings)[] = Object.keys({
  pin: 1,
  policyMode: 1,
  pullPolicy: 1,
  unresolved: 1,
  mutableTags: 1,
} satisfies Record<keyof RuleSettings, 1>) as (keyof RuleSettings)[]

/**
 * Compiles a rule.
 * @param spec must be valid
 * @param fallback the label of a rule without a name
 */
export function parseRule(spec: RuleSpec, fallback: string): Rule {
  return { spec, label: spec.name ?? fallback, matcher: parseMatcher(spec.match ?? {}) }
}

/** The value of one setting for one image field, and the rule that it comes from. */
export interface EffectiveSetting<T> {
  readonly value: T
  /** Absent if the value is the profile's own. */
  readonly rule?: Rule
}

/**
 * Finds the value of one setting for an image field: from the first rule that matches the field and has the setting.
 * @param input the properties of the image field
 * @param setting the key of the setting, such as `pullPolicy`
 * @param fallback the profile's own value, which applies if there is no such rule
 */
export function applyRules<K extends keyof RuleSettings>(
  rules: readonly Rule[],
  input: MatchInput,
  setting: K,
  fallback: NonNullable<RuleSettings[K]>,
): EffectiveSetting<NonNullable<RuleSettings[K]>> {
  for (const rule of rules) {
    const value = rule.spec[setting]
    if (value !== undefined && rule.matcher.matches(input)) return { value, rule }
  }
  return { value: fallback }
}
