import { compileGlob } from '../reference/glob.ts'
import { parseReference } from '../reference/parse.ts'
import { parsePattern } from '../reference/pattern.ts'
import type { TagKind } from '../reference/reference.ts'
import { deadImage } from './dead-match.ts'
import { listOf, type MatchSpec, type OneOrMany } from './matcher.ts'
import type { Profile } from './profile.ts'
import { RULE_SETTINGS, type RuleSettings, type RuleSpec } from './rule.ts'

/**
 * Why a rule of a profile can never decide anything; undefined where it can.
 *
 * @param rule the rule, with conditions that are possible in themselves
 * @param earlier the rules before it in the same profile, in order
 * @param profile the merged profile, for what becomes of references before policies are decided
 */
export function deadRuleReason(
  rule: RuleSpec,
  earlier: readonly RuleSpec[],
  profile: Profile,
): string | undefined {
  const settings = RULE_SETTINGS.filter((setting) => rule[setting] !== undefined)
  if (settings.length === 0) return `it decides nothing: give it one of ${RULE_SETTINGS.join(', ')}`
  const reasons: string[] = []
  for (const setting of settings) {
    const shadow = earlier.findIndex((one) => one[setting] !== undefined && covers(one.match, rule.match))
    const reason =
      shadow >= 0
        ? `${earlier[shadow]?.name ?? `rules[${shadow}]`} comes before it and matches all that it matches`
        : pointlessReason(setting, rule, profile)
    if (reason === undefined) return undefined
    if (!reasons.includes(reason)) reasons.push(reason)
  }
  return reasons.join('; ')
}

/** Why one setting comes to nothing for the kinds of reference that its rule is about. */
function pointlessReason(setting: keyof RuleSettings, rule: RuleSpec, profile: Profile): string | undefined {
  const kinds: readonly TagKind[] | undefined =
    rule.match?.reference === undefined ? undefined : listOf(rule.match.reference)
  if (kinds === undefined) return undefined
  switch (setting) {
    case 'pin':
    case 'unresolved':
      return kinds.every((kind) => kind === 'digest')
        ? 'a reference that has a digest is not resolved'
        : undefined
    case 'mutableTags':
      return kinds.every((kind) => kind === 'digest' || kind === 'fixed')
        ? 'only untagged, latest and floating references are mutable'
        : undefined
    default:
      return kinds.includes('digest') || !pinsEverything(profile)
        ? undefined
        : 'policies are decided on the reference as it is written out, and this profile pins every reference'
  }
}

/** Whether no reference leaves the profile without a digest. */
function pinsEverything({ pin, output, unresolved, rules }: Profile): boolean {
  return (
    pin !== 'never' &&
    output !== 'as-written' &&
    unresolved === 'deny' &&
    rules.every(({ spec }) => spec.pin !== 'never' && spec.unresolved !== 'warn')
  )
}

/** Whether every field that `inner` matches is certainly matched by `outer` too. */
export function covers(outer: MatchSpec = {}, inner: MatchSpec = {}): boolean {
  for (const key of Object.keys(outer) as (keyof MatchSpec)[]) {
    if (key === 'labelSelector') {
      if (JSON.stringify(outer.labelSelector) !== JSON.stringify(inner.labelSelector)) return false
      continue
    }
    const wide = outer[key]
    const narrow = inner[key]
    if (wide === undefined) continue
    if (narrow === undefined) return false
    if (!coversValues(key, wide, narrow)) return false
  }
  return true
}

function coversValues(key: keyof MatchSpec, wide: OneOrMany<string>, narrow: OneOrMany<string>): boolean {
  return listOf(narrow).every((value) =>
    listOf(wide).some((pattern) => {
      if (pattern === value) return true
      if (key === 'image') return coversImage(pattern, value)
      // A pattern matches whatever another matches only if it is `*`; that it matches a plain word is plain.
      return pattern === '*' || (!/[*?]/.test(value) && compileGlob(pattern).matches(value))
    }),
  )
}

/** A name without wildcards is matched by a pattern whenever an image of that name is; of others only `**` is certain. */
function coversImage(wide: string, narrow: string): boolean {
  if (wide === '**') return true
  if (/[*?]/.test(narrow) || deadImage(narrow) !== undefined) return false
  // A pattern without a tag is one of every tag.
  return (hasTag(narrow) || !hasTag(wide)) && parsePattern(wide).matches(parseReference(narrow))
}

function hasTag(pattern: string): boolean {
  return pattern.includes(':', pattern.lastIndexOf('/') + 1)
}
