import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { Action, PolicyMode } from './enums.ts'
import { type Matcher, type MatchInput, type MatchSpec, parseMatcher } from './matcher.ts'

/** The settings that a rule may have for the fields that it matches. */
export interface RuleSettings {
  /** `always`: in the profile's own way; from the registry if the profile pins nothing. */
  readonly pin?: 'always' | 'never'
  readonly policyMode?: PolicyMode
  readonly pullPolicy?: ImagePullPolicy
  readonly unresolved?: 'warn' | 'deny'
  readonly mutableTags?: Action
}

/** A rule as it is written in a configuration. */
export interface RuleSpec extends RuleSettings {
  /** The name that `pinpull explain` shows; absent: its position. */
  readonly name?: string
  readonly match?: MatchSpec
}

/** A rule, compiled. */
export interface Rule {
  readonly spec: RuleSpec
  /** Its name in explanations. */
  readonly label: string
  readonly matcher: Matcher
}

/** The keys of `RuleSettings`. It does not compile if one is missing. */
export const RULE_SETTINGS: readonly (keyof RuleSettings)[] = Object.keys({
  pin: 1,
  policyMode: 1,
  pullPolicy: 1,
  unresolved: 1,
  mutableTags: 1,
} satisfies Record<keyof RuleSettings, 1>) as (keyof RuleSettings)[]

/**
 * Compiles a valid rule.
 * @param fallback its name in explanations if it has none
 */
export function parseRule(spec: RuleSpec, fallback: string): Rule {
  return { spec, label: spec.name ?? fallback, matcher: parseMatcher(spec.match ?? {}) }
}

/** The value of one setting for one field, and the rule that it comes from. */
export interface EffectiveSetting<T> {
  readonly value: T
  /** Absent if the value is the profile's own. */
  readonly rule?: Rule
}

/**
 * The value of a setting for a input: from the first rule that matches the input and has the setting.
 * @param fallback the profile's own value, if there is no such rule
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
