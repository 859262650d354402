import type { Profile } from '../config/profile.ts'
import { RULE_SETTINGS, type RuleSettings } from '../config/rule.ts'
import { anyOf, type Condition, choose, not } from './cel.ts'
import { compileMatcher } from './condition.ts'
import type { Refusal } from './refusal.ts'

/** The values that a setting has for images, and when: the first condition that holds decides, and the last one always holds. */
export type Choices<T> = readonly { readonly condition: Condition; readonly value: T }[]

/**
 * What the settings of a rule are to admission. `unresolved` is about registries, which the API server does not ask: an image that
 * was left unresolved is unpinned.
 */
export const RULE_SETTING_USES: Readonly<Record<keyof RuleSettings, 'compiled' | 'irrelevant'>> = {
  pin: 'compiled',
  policyMode: 'compiled',
  pullPolicy: 'compiled',
  mutableTags: 'compiled',
  unresolved: 'irrelevant',
}

/** The conditions that cannot be compiled of the rules that say something about admission. */
export function ruleRefusals({ rules }: Profile): Refusal[] {
  return rules
    .filter(({ spec }) =>
      RULE_SETTINGS.some((key) => spec[key] !== undefined && RULE_SETTING_USES[key] === 'compiled'),
    )
    .flatMap(({ matcher, label }) => compileMatcher(matcher, `the rule "${label}"`).refusals)
}

/**
 * Compiles one setting as `applyRules` finds it: the first rule that matches and has it, else the profile's own value.
 * @param fallback the profile's own value, which may depend on the image
 */
export function choicesOf<K extends keyof RuleSettings>(
  { rules }: Profile,
  setting: K,
  fallback: Choices<NonNullable<RuleSettings[K]>>,
): Choices<NonNullable<RuleSettings[K]>> {
  const choices = rules.flatMap(({ spec, matcher, label }) => {
    const value = spec[setting]
    if (value === undefined) return []
    const { condition } = compileMatcher(matcher, label)
    return condition === false ? [] : [{ condition, value: value as NonNullable<RuleSettings[K]> }]
  })
  const all = [...choices, ...fallback]
  const last = all.findIndex(({ condition }) => condition === true)
  return last < 0 ? all : all.slice(0, last + 1)
}

/** Whether the value that an image has passes a test. */
export function testChoices<T>(choices: Choices<T>, test: (value: T) => Condition): Condition {
  return choices.reduceRight<Condition>(
    (otherwise, { condition, value }) => choose(condition, test(value), otherwise),
    false,
  )
}

/** Whether the profile skips an image: it matches `exclude`, or there is an `include` and it does not match. */
export function exclusionOf(
  { include, exclude }: Profile,
  isReference: boolean,
): { readonly condition: Condition; readonly refusals: readonly Refusal[] } {
  const compile = (key: 'include' | 'exclude') =>
    ({ include, exclude })[key].map((matcher, index) =>
      compileMatcher(matcher, `${key}[${index}]`, isReference),
    )
  const [included, excluded] = [compile('include'), compile('exclude')]
  return {
    condition: anyOf(
      ...excluded.map(({ condition }) => condition),
      included.length === 0 ? false : not(anyOf(...included.map(({ condition }) => condition))),
    ),
    refusals: [...included, ...excluded].flatMap(({ refusals }) => refusals),
  }
}
