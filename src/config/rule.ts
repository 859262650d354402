import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { Action, PolicyMode } from './enums.ts'
import { type Matcher, type MatchSpec, parseMatcher, type Subject } from './matcher.ts'

/** What a rule may decide for the fields that it matches. */
export interface RuleSettings {
  /** `always`: by whatever the profile pins with; by the registry in a profile that pins nothing. */
  readonly pin?: 'always' | 'never'
  readonly policyMode?: PolicyMode
  readonly pullPolicy?: ImagePullPolicy
  readonly unresolved?: 'warn' | 'deny'
  readonly mutableTags?: Action
}

/** A rule as a configuration writes it. */
export interface RuleSpec extends RuleSettings {
  /** What `pinpull explain` calls it; the rule's position where it has none. */
  readonly name?: string
  readonly match?: MatchSpec
}

/** A rule, compiled. */
export interface Rule {
  readonly spec: RuleSpec
  /** How it is called in explanations. */
  readonly label: string
  readonly matcher: Matcher
}

/** The settings that a rule can have; a setting that is missing here does not compile. */
export const RULE_SETTINGS: readonly (keyof RuleSettings)[] = Object.keys({
  pin: 1,
  policyMode: 1,
  pullPolicy: 1,
  unresolved: 1,
  mutableTags: 1,
} satisfies Record<keyof RuleSettings, 1>) as (keyof RuleSettings)[]

/**
 * Compiles a valid rule.
 * @param fallback how it is called where it has no name
 */
export function parseRule(spec: RuleSpec, fallback: string): Rule {
  return { spec, label: spec.name ?? fallback, matcher: parseMatcher(spec.match ?? {}) }
}

/** What one setting of a profile comes to for one field, and which rule said so. */
export interface EffectiveSetting<T> {
  readonly value: T
  /** Absent where the profile itself decided. */
  readonly rule?: Rule
}

/** The first rule that matches the subject and has the setting; else the profile's own value. */
export function applyRules<K extends keyof RuleSettings>(
  rules: readonly Rule[],
  subject: Subject,
  setting: K,
  fallback: NonNullable<RuleSettings[K]>,
): EffectiveSetting<NonNullable<RuleSettings[K]>> {
  for (const rule of rules) {
    const value = rule.spec[setting]
    if (value !== undefined && rule.matcher.matches(subject)) return { value, rule }
  }
  return { value: fallback }
}
