import { PinpullError } from '../diagnostics/errors.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { parseReference } from '../reference/parse.ts'
import { compileGlob, parseImagePattern } from '../reference/pattern.ts'
import type { TagKind } from '../reference/tag-kind.ts'
import { listOf, type MatchSpec, type OneOrMany } from './matcher.ts'
import type { Profile } from './profile.ts'
import { RULE_SETTINGS, type RuleSettings, type RuleSpec } from './rule.ts'

/** A condition of a matcher that can never hold. */
export interface ImpossibleCondition {
  /** Which condition, and which of its values where it is a list. */
  readonly path: readonly (string | number)[]
  readonly reason: string
  readonly advice?: string
}

/** Kinds with a pod template, of which a misspelt kind is most likely one. */
const KINDS = [
  'Pod',
  'PodTemplate',
  'Deployment',
  'DaemonSet',
  'ReplicaSet',
  'StatefulSet',
  'ReplicationController',
  'Job',
  'CronJob',
]

/**
 * Finds the conditions that no image field of any manifest can meet. Reports only what is certain: a pattern that
 * matches no valid name, or a value under the wrong key.
 */
export function findImpossibleConditions(spec: MatchSpec): ImpossibleCondition[] {
  return [
    ...each(spec, 'image', impossibleImage),
    ...each(spec, 'group', impossibleGroup),
    ...each(spec, 'version', impossibleVersion),
    ...each(spec, 'kind', impossibleKind),
    ...each(spec, 'namespace', (text) => impossibleName(text, /^[-a-z0-9*?]*$/)),
    ...each(spec, 'name', (text) => impossibleName(text, /^[-a-z0-9.*?]*$/)),
  ]
}

/** Checks an image pattern. @returns why it can match no image; undefined if it can match some */
export function impossibleImage(pattern: string): Explanation | undefined {
  // With a letter in place of each wildcard, the pattern has to be a reference.
  const example = pattern.replace(/\*+|\?/g, 'a')
  if (example.includes('@')) {
    return { reason: `"${pattern}" holds a digest, and patterns are of names and tags` }
  }
  try {
    parseReference(example)
    return undefined
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    return {
      reason: `no image can have a name like "${pattern}": ${error.args['reason'] ?? 'it is no name'}`,
    }
  }
}

interface Explanation {
  readonly reason: string
  readonly advice?: string
}

function impossibleGroup(group: string): Explanation | undefined {
  if (group.includes('/')) {
    const [name, version] = group.split('/')
    return {
      reason: `"${group}" is a group with a version`,
      advice: `write group: ${name} and version: ${version}`,
    }
  }
  if (group === 'core' || group === 'v1') {
    return {
      reason: `no API group is called "${group}"`,
      advice: 'the core group is the empty string: group: ""',
    }
  }
  return undefined
}

function impossibleVersion(version: string): Explanation | undefined {
  if (!version.includes('/')) return undefined
  const [group, name] = version.split('/')
  return {
    reason: `"${version}" is a version with its group`,
    advice: `write group: ${group} and version: ${name}`,
  }
}

function impossibleKind(kind: string): Explanation | undefined {
  if (/[*?]/.test(kind) || KINDS.includes(kind)) return undefined
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(kind)) return { reason: `no kind can be called "${kind}"` }
  const meant = KINDS.find((one) => one.toLowerCase() === kind.toLowerCase().replace(/s$/, ''))
  if (meant !== undefined) return { reason: `no kind is called "${kind}"`, advice: `did you mean ${meant}?` }
  if (/^[a-z]/.test(kind)) {
    const near = suggestionFor(kind, KINDS)
    return {
      reason: `no kind is called "${kind}": kinds begin with a capital`,
      ...(near === undefined ? {} : { advice: `did you mean ${near}?` }),
    }
  }
  return undefined
}

function impossibleName(name: string, possible: RegExp): Explanation | undefined {
  return possible.test(name)
    ? undefined
    : { reason: `no name can match "${name}": names are lower-case letters, digits and dashes` }
}

function each(
  spec: MatchSpec,
  key: 'image' | 'group' | 'version' | 'kind' | 'namespace' | 'name',
  judge: (text: string) => Explanation | undefined,
): ImpossibleCondition[] {
  const given = spec[key]
  if (given === undefined) return []
  return listOf(given).flatMap((text, index) => {
    const impossible = judge(text)
    return impossible ? [{ path: typeof given === 'string' ? [key] : [key, index], ...impossible }] : []
  })
}

/**
 * Finds out whether a rule of a profile can ever have an effect.
 *
 * @param rule the rule, with conditions that are possible in themselves
 * @param earlier the rules before it in the same profile, in order
 * @param profile the merged profile, which decides what references look like when policies are chosen
 * @returns why the rule has no effect; undefined if it has one
 */
export function unreachableReason(
  rule: RuleSpec,
  earlier: readonly RuleSpec[],
  profile: Profile,
): string | undefined {
  const settings = RULE_SETTINGS.filter((setting) => rule[setting] !== undefined)
  if (settings.length === 0) return `it decides nothing: give it one of ${RULE_SETTINGS.join(', ')}`
  const reasons: string[] = []
  for (const setting of settings) {
    const shadowing = earlier.findIndex((one) => one[setting] !== undefined && covers(one.match, rule.match))
    const reason =
      shadowing >= 0
        ? `${earlier[shadowing]?.name ?? `rules[${shadowing}]`} comes before it and matches all that it matches`
        : ineffectiveReason(setting, rule, profile)
    if (reason === undefined) return undefined
    if (!reasons.includes(reason)) reasons.push(reason)
  }
  return reasons.join('; ')
}

/** Why one setting has no effect on the kinds of reference that its rule matches. */
function ineffectiveReason(
  setting: keyof RuleSettings,
  rule: RuleSpec,
  profile: Profile,
): string | undefined {
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

/** Whether every reference in the output has a digest. */
function pinsEverything({ pin, output, unresolved, rules }: Profile): boolean {
  return (
    pin !== 'never' &&
    output !== 'as-written' &&
    unresolved === 'deny' &&
    rules.every(({ spec }) => spec.pin !== 'never' && spec.unresolved !== 'warn')
  )
}

/** Whether `outer` certainly matches every field that `inner` matches. */
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
      // Of patterns only `*` certainly covers another pattern; for plain words, matching is enough.
      return pattern === '*' || (!/[*?]/.test(value) && compileGlob(pattern).matches(value))
    }),
  )
}

/** A pattern covers a name without wildcards if it matches it; only `**` certainly covers another pattern. */
export function coversImage(wide: string, narrow: string): boolean {
  if (wide === '**') return true
  if (/[*?]/.test(narrow) || impossibleImage(narrow) !== undefined) return false
  // A pattern without a tag matches every tag.
  return (hasTag(narrow) || !hasTag(wide)) && parseImagePattern(wide).matches(parseReference(narrow))
}

function hasTag(pattern: string): boolean {
  return pattern.includes(':', pattern.lastIndexOf('/') + 1)
}
