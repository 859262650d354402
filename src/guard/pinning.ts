import type { Profile } from '../config/profile.ts'
import type { TagKind } from '../reference/tag-kind.ts'
import { allOf, anyOf, type Condition, formatCondition, isOneOf, literal, not, relation } from './cel.ts'
import { FIELD } from './condition.ts'
import { DIGEST } from './expressions.ts'
import { filterImages, mapImages, type Variable } from './images.ts'
import { type Choices, choicesOf, exclusionOf, testChoices } from './settings.ts'

/** Whether the profile pins an image: a rule or the profile does not say `never`. */
export function isPinned(profile: Profile): Condition {
  const own = profile.pin === 'never' ? 'never' : 'always'
  return testChoices(choicesOf(profile, 'pin', [{ condition: true, value: own }]), (pin) => pin === 'always')
}

/** Whether a rule of the profile, and not the profile itself, keeps an image from being pinned. */
export function isExemptByRule(profile: Profile): Condition {
  return testChoices(
    choicesOf(profile, 'pin', [{ condition: true, value: 'always' }]),
    (pin) => pin === 'never',
  )
}

/** Whether the profile sets the pull policy of an image even if it has one. */
export function isOverridden(profile: Profile): Condition {
  const own = [{ condition: true, value: profile.policyMode }]
  return testChoices(choicesOf(profile, 'policyMode', own), (mode) => mode === 'override')
}

/** The pull policy that the profile wants for an image. */
export function wantedPolicy(profile: Profile): Choices<'Always' | 'IfNotPresent' | 'Never'> {
  const kinds = Object.entries(profile.pullPolicy) as [TagKind, Profile['pullPolicy'][TagKind]][]
  const policies = [...new Set(kinds.map(([, policy]) => policy))]
  const own = policies.map((policy, index) => ({
    condition:
      index === policies.length - 1
        ? true
        : isOneOf(
            FIELD.kind,
            kinds.filter(([, one]) => one === policy).map(([kind]) => kind),
          ),
    value: policy,
  }))
  return choicesOf(profile, 'pullPolicy', own)
}

/** The value of a setting as an expression. */
export function formatChoices(choices: Choices<string>): string {
  return choices
    .map(({ condition, value }) =>
      condition === true ? literal(value) : `${formatCondition(condition)} ? ${literal(value)}`,
    )
    .join(' : ')
}

const FIELDS = {
  repository: FIELD.repository,
  tag: FIELD.tag,
  digest: FIELD.digest,
  kind: FIELD.kind,
} as const

/** The entries of the lock, by the keys of `lock-config-map.ts`: none if the ConfigMap is empty. */
export const LOCKED: Variable = { name: 'locked', expression: 'params.?data.orValue({})' }

/** The key of a name in the lock, by `encodeKey`. */
export function lockKey(name: string): string {
  return `(${name}).replace('/', '._.').replace(':', '.-.')`
}

/** The name that an image without a digest has in the lock. */
export const TAGGED_NAME = `${FIELD.repository} + ':' + (${FIELD.tag} == '' ? 'latest' : ${FIELD.tag})`

/** Where images come from at one stage, and the variables up to there. */
export interface Stage {
  readonly name: string
  readonly variables: readonly Variable[]
}

/** The images that the profile does not exclude. */
export function judgedImages(profile: Profile, from = 'images', name = 'judged'): Stage {
  const excluded = exclusionOf(profile, true).condition
  if (excluded === false) return { name: from, variables: [] }
  return { name, variables: [{ name, expression: filterImages(from, not(excluded)) }] }
}

/**
 * The images as the pinning policy writes them: with the digest of the lock, and the pull policy that the profile wants. They get
 * the fields `output`, which is the reference to write, and `given`, the pull policy that the object has.
 * @param where whether an image may be changed at all
 * @param mayChangePolicy whether its pull policy may be changed
 */
export function pinnedImages(
  profile: Profile,
  from: string,
  where: Condition,
  mayChangePolicy: Condition,
): Stage {
  const pins = isPinned(profile)
  const mayPin = allOf(where, pins, relation(`${FIELD.digest} == ''`))
  const keyed = mapImages(from, {
    ...FIELDS,
    key: mayPin === false ? "''" : `${formatCondition(mayPin)} ? ${lockKey(TAGGED_NAME)} : ''`,
  })
  const looked = mapImages('keyed', {
    ...FIELDS,
    locked: `i.key in variables.locked && variables.locked[i.key].matches(${literal(DIGEST)}) ? string(variables.locked[i.key]) : ''`,
  })
  const isDigestOnly = profile.output === 'digest'
  const name = isDigestOnly
    ? `(${FIELD.tag} == '' ? ${FIELD.image} : ${FIELD.image}.substring(0, size(${FIELD.image}) - size(${FIELD.tag}) - 1))`
    : FIELD.image
  const pinned = mapImages('looked', {
    repository: FIELD.repository,
    tag: isDigestOnly ? `i.locked == '' ? ${FIELD.tag} : ''` : FIELD.tag,
    digest: `i.locked == '' ? ${FIELD.digest} : i.locked`,
    kind: `i.locked == '' ? ${FIELD.kind} : 'digest'`,
    output: `i.locked == '' ? ${FIELD.image} : ${name} + '@' + i.locked`,
  })
  // An image that should be pinned and is not in the lock stays as it is, as when the filter cannot resolve it.
  const isSettled = allOf(
    mayChangePolicy,
    isOverridden(profile),
    anyOf(relation(`${FIELD.digest} != ''`), not(pins)),
  )
  const wanted = formatChoices(wantedPolicy(profile))
  const settled = mapImages('pinned', {
    ...FIELDS,
    output: 'i.output',
    given: FIELD.policy,
    policy:
      isSettled === false ? FIELD.policy : `${formatCondition(isSettled)} ? (${wanted}) : ${FIELD.policy}`,
  })
  return {
    name: 'settled',
    variables: [
      LOCKED,
      { name: 'keyed', expression: keyed },
      { name: 'looked', expression: looked },
      { name: 'pinned', expression: pinned },
      { name: 'settled', expression: settled },
    ],
  }
}
