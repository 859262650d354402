import type { MutableTagKind } from '../config/enums.ts'
import type { Profile } from '../config/profile.ts'
import type { Code } from '../diagnostics/catalogue.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import { allowedCondition } from './allowed-registry.ts'
import { allOf, anyOf, type Condition, call, literal, matches, not, relation } from './cel.ts'
import { FIELD } from './condition.ts'
import { HELM_ACTION } from './expressions.ts'
import {
  formatChoices,
  isExemptByRule,
  isOverridden,
  isPinned,
  lockKey,
  TAGGED_NAME,
  wantedPolicy,
} from './pinning.ts'
import { choicesOf, exclusionOf, testChoices } from './settings.ts'

/** How strictly a check is enforced: an error by the action of the guard, a warning never by more than a warning. */
export type CheckSeverity = 'error' | 'warning'

/** One demand of a profile: the images that a request must not bring. */
export interface Check {
  readonly code: Code
  readonly severity: CheckSeverity
  /** The list of images that is searched: `images` stands for those that the profile judges, `all` for every one. */
  readonly from: 'placeholders' | 'invalid' | 'all' | 'images' | 'written'
  /** Whether an image violates it. */
  readonly condition: Condition
  /** What the message of the code says, beside `image`: expressions about the first such image. */
  readonly args: Readonly<Record<string, string>>
}

/** What is compiled besides the profile. */
export interface CheckOptions {
  readonly onlyLocked: boolean
  readonly lockName: string
}

/** The checks of a profile, as `pinpull check` makes them, in the order in which they are reported. */
export function checksOf(profile: Profile, options: CheckOptions): Check[] {
  return [
    ...placeholderChecks(profile),
    ...invalidChecks(profile),
    ...deniedChecks(profile),
    ...tagChecks(profile),
    ...registryChecks(profile),
    ...pinChecks(profile, options),
    ...policyChecks(profile),
    ...(options.onlyLocked ? lockChecks(profile, options) : []),
  ].filter(({ condition }) => condition !== false)
}

type OpenSeverity = CheckSeverity | 'info' | 'off'

function checkOf(check: Omit<Check, 'severity'>, severity: OpenSeverity): Check[] {
  return severity === 'error' || severity === 'warning' ? [{ ...check, severity }] : []
}

/** The severity that the profile sets for a code, else another. */
function severityOf({ findings }: Profile, code: PolicyCode, otherwise: OpenSeverity): OpenSeverity {
  return findings[code] ?? otherwise
}

/** Violations of a profile with `unresolved: deny` are errors. */
function strictness({ unresolved }: Profile): CheckSeverity {
  return unresolved === 'deny' ? 'error' : 'warning'
}

function placeholderChecks(profile: Profile): Check[] {
  const isJudged = not(exclusionOf(profile, false).condition)
  const isAction = matches(FIELD.image, HELM_ACTION)
  const isDenied = profile.placeholders === 'deny'
  return [
    ...checkOf(
      {
        code: 'TEMPLATE_UNRENDERED',
        from: 'placeholders',
        condition: allOf(isJudged, isAction),
        args: { action: FIELD.image },
      },
      isDenied || profile.invalid === 'deny' ? 'error' : 'warning',
    ),
    ...checkOf(
      {
        code: 'IMAGE_PLACEHOLDER',
        from: 'placeholders',
        condition: allOf(isJudged, not(isAction)),
        args: { placeholder: literal('a later step fills it in') },
      },
      isDenied ? 'error' : 'warning',
    ),
  ]
}

function invalidChecks(profile: Profile): Check[] {
  const check = {
    code: 'REFERENCE_INVALID',
    from: 'invalid',
    condition: not(exclusionOf(profile, false).condition),
    args: { reason: literal('it does not follow the grammar of references') },
  } as const
  return checkOf(check, profile.invalid === 'deny' ? 'error' : 'warning')
}

/** No image may have a denied digest, not even one that the profile excludes. */
function deniedChecks({ denyDigests }: Profile): Check[] {
  if (denyDigests === undefined) return []
  const condition = relation(`${FIELD.digest} in variables.${DENIED}`)
  const listed = `variables.${DENIED}[${FIELD.digest}]`
  const args = { digest: `${listed} == '' ? ${FIELD.digest} : ${listed}` }
  return checkOf({ code: 'DIGEST_DENIED', from: 'all', condition, args }, 'error')
}

/** The variable with the denied digests, each with the one on the list that it stands for; empty for itself. */
export const DENIED = 'denied'

const TAG_CODES: Readonly<Record<MutableTagKind, PolicyCode>> = {
  untagged: 'IMAGE_UNTAGGED',
  latest: 'IMAGE_LATEST',
  floating: 'IMAGE_FLOATING',
}

function tagChecks(profile: Profile): Check[] {
  return (Object.entries(TAG_CODES) as [MutableTagKind, PolicyCode][]).flatMap(([kind, code]) => {
    const own = [{ condition: true, value: profile.mutableTags[kind] }] as const
    const actions = choicesOf(profile, 'mutableTags', own)
    return (['error', 'warning'] as const).flatMap((severity) => {
      const isReported = testChoices(
        actions,
        (action) =>
          action !== 'allow' &&
          severityOf(profile, code, action === 'deny' ? 'error' : 'warning') === severity,
      )
      const condition = allOf(relation(`${FIELD.kind} == '${kind}'`), isReported)
      return [{ code, severity, from: 'images', condition, args: {} } as const]
    })
  })
}

function registryChecks(profile: Profile): Check[] {
  const { allowedRegistries, name } = profile
  if (allowedRegistries.length === 0) return []
  const check = {
    code: 'REGISTRY_NOT_ALLOWED',
    from: 'images',
    condition: not(anyOf(...allowedRegistries.map(({ text }) => allowedCondition(text)))),
    args: {
      repository: FIELD.repository,
      profile: literal(name),
      allowed: literal(listed(allowedRegistries.map(({ text }) => text))),
    },
  } as const
  return checkOf(check, severityOf(profile, 'REGISTRY_NOT_ALLOWED', 'error'))
}

/** A list for a message, which the API server drops if it is too long. */
function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, LISTED).map((text) => text.slice(0, LONGEST_NAME))
  return [...shown, ...(texts.length > LISTED ? [`${texts.length - LISTED} more`] : [])].join(', ')
}

const LISTED = 5
const LONGEST_NAME = 100

/** An image that the profile pins has no digest. */
function pinChecks(profile: Profile, { onlyLocked }: CheckOptions): Check[] {
  if (profile.output === 'as-written') return []
  const condition = allOf(relation(`${FIELD.digest} == ''`), isPinned(profile))
  const by = literal(onlyLocked ? '--only-locked' : `profile ${profile.name}`)
  const severity = onlyLocked ? 'error' : severityOf(profile, 'IMAGE_UNPINNED', strictness(profile))
  return checkOf({ code: 'IMAGE_UNPINNED', from: 'images', condition, args: { by } }, severity)
}

/** The pull policy, which the API server has set where the manifest has none. */
function policyChecks(profile: Profile): Check[] {
  const { name } = profile
  const isOffline = profile.pin === 'locked' ? relation(`${FIELD.policy} == 'Always'`) : false
  const choices = wantedPolicy(profile)
  const isUnwanted = testChoices(choices, (policy) => relation(`${FIELD.policy} != '${policy}'`))
  const wanted = formatChoices(choices)
  const isByRule = choices.length > wantedPolicy({ ...profile, rules: [] }).length
  const isMutable = relation(`${FIELD.kind} in ['floating', 'latest', 'untagged']`)
  return [
    ...checkOf(
      { code: 'PULL_POLICY_OFFLINE', from: 'images', condition: isOffline, args: { profile: literal(name) } },
      severityOf(profile, 'PULL_POLICY_OFFLINE', 'error'),
    ),
    ...checkOf(
      {
        code: 'PULL_POLICY_UNWANTED',
        from: 'written',
        condition: allOf(isOverridden(profile), not(isOffline), isUnwanted),
        args: {
          policy: FIELD.policy,
          profile: literal(name),
          wanted,
          by: literal(isByRule ? 'it and its rules' : 'the profile itself'),
        },
      },
      severityOf(profile, 'PULL_POLICY_UNWANTED', strictness(profile)),
    ),
    ...checkOf(
      {
        code: 'PULL_POLICY_NEVER_MUTABLE',
        from: 'images',
        condition: allOf(relation(`${FIELD.policy} == 'Never'`), isMutable),
        args: {},
      },
      severityOf(profile, 'PULL_POLICY_NEVER_MUTABLE', 'warning'),
    ),
  ]
}

/** `--only-locked`: a digest must be one that the lock has for the repository, and a tag that stays as written must be in it. */
function lockChecks(profile: Profile, { lockName }: CheckOptions): Check[] {
  const key = lockKey(FIELD.repository)
  const isLocked = allOf(
    relation(`${key} in variables.locked`),
    call(`variables.locked[${key}].contains(${FIELD.digest})`),
  )
  const tagged = lockKey(TAGGED_NAME)
  const check = {
    code: 'LOCK_MISSING_ENTRY',
    from: 'images',
    condition: allOf(
      not(isExemptByRule(profile)),
      anyOf(
        allOf(relation(`${FIELD.digest} != ''`), not(isLocked)),
        profile.output === 'as-written'
          ? allOf(relation(`${FIELD.digest} == ''`), not(relation(`${tagged} in variables.locked`)))
          : false,
      ),
    ),
    args: { file: literal(`of the guard, ConfigMap ${lockName}`) },
  } as const
  return checkOf(check, 'error')
}
