import { suggestionFor } from '../../diagnostics/suggestion.ts'
import { parsePlatform } from '../../oci/platform.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import { parseAllowedRegistry } from '../allowed-registry.ts'
import { BUILTIN_PROFILES } from '../builtin-profiles.ts'
import type { ConfigSpec, ProfileSpec } from '../config.ts'
import type { ConfigDiagnostic } from '../config-node.ts'
import { checkDenyDigests } from '../denied-digests.ts'
import { checkFields } from '../field-settings.ts'
import { checkLockSettings } from '../lock-settings.ts'
import type { MatchSpec } from '../matcher.ts'
import { baseOf, mergeProfiles } from '../merge.ts'
import type { Profile } from '../profile.ts'
import { checkRegistries } from '../registry-settings.ts'
import { isNamePrefix, type NameRewrite } from '../rewrite.ts'
import { findImpossibleConditions, impossibleImage, unreachableReason } from '../unreachable.ts'
import { checkVerify } from './verify-check.ts'

/**
 * Finds the errors in a configuration that a JSON Schema cannot: unknown names, and conditions and rules that can never apply.
 * @param spec must be valid by the schema
 */
export function crossCheck(spec: ConfigSpec): ConfigDiagnostic[] {
  const profiles = spec.profiles ?? []
  const at: FieldPath = ['spec', 'profiles']
  const names = checkNames(spec, profiles)
  return [
    ...names,
    ...profiles.flatMap((profile, index) => checkProfile(profile, [...at, index])),
    // The rules of a profile that cannot be merged cannot be judged.
    ...(names.length > 0 ? [] : checkMerged(profiles, at)),
    ...checkFields(spec.fields ?? {}, ['spec', 'fields']),
    ...checkRegistries(spec.registries ?? [], ['spec', 'registries']),
    ...checkDenyDigests(spec.denyDigests ?? [], ['spec', 'denyDigests']),
    ...checkLockSettings(spec.lock ?? {}, spec.lockFile, ['spec', 'lock']),
  ]
}

function checkNames(spec: ConfigSpec, profiles: readonly ProfileSpec[]): ConfigDiagnostic[] {
  const known = [...new Set([...BUILTIN_PROFILES.keys(), ...profiles.map(({ name }) => name)])]
  const found: ConfigDiagnostic[] = []
  const unknown = (path: FieldPath, name: string): void => {
    const near = suggestionFor(name, known)
    const advice = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`
    found.push({ code: 'CONFIG_INVALID', path, reason: `names no profile: "${name}"`, advice })
  }
  if (spec.defaultProfile !== undefined && !known.includes(spec.defaultProfile)) {
    unknown(['spec', 'defaultProfile'], spec.defaultProfile)
  }
  for (const [index, profile] of profiles.entries()) {
    const path = ['spec', 'profiles', index]
    if (profiles.findIndex(({ name }) => name === profile.name) < index) {
      found.push(invalid([...path, 'name'], `"${profile.name}" appears twice`))
    }
    if (baseOf(profile, profiles) === undefined) {
      if (profile.extends === profile.name)
        found.push(invalid([...path, 'extends'], 'names the profile itself'))
      else unknown([...path, 'extends'], profile.extends as string)
    }
    const loop = loopFrom(profile, profiles)
    if (loop) found.push(invalid([...path, 'extends'], `leads back to itself: ${loop.join(' → ')}`))
  }
  return found
}

/** The names on the way from a profile back to itself; undefined if there is no such loop. */
function loopFrom(start: ProfileSpec, profiles: readonly ProfileSpec[]): string[] | undefined {
  const trail = [start.name]
  let current = baseOf(start, profiles)
  while (current !== undefined && profiles.includes(current as ProfileSpec)) {
    trail.push(current.name)
    if (current === start) return trail
    // A loop that this profile leads into, but is not part of, is reported at its own profiles.
    if (trail.length > profiles.length + 1) return undefined
    current = baseOf(current as ProfileSpec, profiles)
  }
  return undefined
}

function checkProfile(profile: ProfileSpec, path: FieldPath): ConfigDiagnostic[] {
  const found: ConfigDiagnostic[] = []
  if (profile.platform !== undefined && parsePlatform(profile.platform) === undefined) {
    found.push(invalid([...path, 'platform'], `is "${profile.platform}", and has to be like linux/arm64`))
  }
  for (const [index, entry] of (profile.allowedRegistries ?? []).entries()) {
    const at = [...path, 'allowedRegistries', index]
    if (parseAllowedRegistry(entry) === undefined) {
      const advice = `write docker.io/${entry} for that organisation of Docker Hub`
      found.push({ ...invalid(at, `is "${entry}", which is no registry's host`), advice })
      continue
    }
    const impossible = /[*?]/.test(entry) ? impossibleImage(entry) : undefined
    if (impossible) found.push({ code: 'CONFIG_RULE_DEAD', path: at, ...impossible })
  }
  found.push(...checkRewrites(profile.rewrite ?? [], [...path, 'rewrite']))
  found.push(...checkVerify(profile, path))
  for (const key of ['include', 'exclude'] as const) {
    for (const [index, entry] of (profile[key] ?? []).entries()) {
      found.push(...checkMatch(entry, [...path, key, index]))
    }
  }
  for (const [index, { match }] of (profile.rules ?? []).entries()) {
    if (match) found.push(...checkMatch(match, [...path, 'rules', index, 'match']))
  }
  return found
}

/** Finds rewrites that match no image, write no valid name, or write the same names for two registries. */
function checkRewrites(rewrites: readonly NameRewrite[], path: FieldPath): ConfigDiagnostic[] {
  return rewrites.flatMap(({ from, to }, index): ConfigDiagnostic[] => {
    const at = (key: 'from' | 'to'): FieldPath => [...path, index, key]
    const noHost = (key: 'from' | 'to', text: string): ConfigDiagnostic => ({
      ...invalid(at(key), `is "${text}", which begins with no registry's host`),
      advice:
        key === 'from'
          ? `write docker.io/${text} for that organisation of Docker Hub`
          : 'write the host, too',
    })
    if (from !== '*' && !isNamePrefix(from)) return [noHost('from', from)]
    if (!isNamePrefix(to)) return [noHost('to', to)]
    const before = rewrites.slice(0, index)
    if (before.some((one) => one.from === from)) return [invalid(at('from'), `"${from}" appears twice`)]
    const other = before.find((one) => one.to === to && hostOf(one.from) !== hostOf(from))
    if (other === undefined || [other.from, from].includes('*')) return []
    const reason = `is "${to}", where the names of ${other.from} are already written`
    return [{ ...invalid(at('to'), reason), advice: 'give each registry a path of its own' }]
  })
}

function hostOf(prefix: string): string {
  return prefix.split('/', 1)[0] ?? ''
}

function checkMatch(match: string | MatchSpec, path: FieldPath): ConfigDiagnostic[] {
  if (typeof match === 'string') {
    const impossible = impossibleImage(match)
    return impossible ? [{ code: 'CONFIG_RULE_DEAD', path, ...impossible }] : []
  }
  return findImpossibleConditions(match).map((one) => ({
    code: 'CONFIG_RULE_DEAD',
    ...one,
    path: [...path, ...one.path],
  }))
}

/** Checks what depends on the settings that a profile extends. */
function checkMerged(profiles: readonly ProfileSpec[], at: FieldPath): ConfigDiagnostic[] {
  const merged = mergeProfiles(profiles)
  return [...checkRules(profiles, merged, at), ...checkUnverified(profiles, merged, at)]
}

function checkRules(
  profiles: readonly ProfileSpec[],
  merged: ReadonlyMap<string, Profile>,
  at: FieldPath,
): ConfigDiagnostic[] {
  return profiles.flatMap((profile, index) => {
    const complete = merged.get(profile.name)
    const rules = profile.rules ?? []
    return rules.flatMap((rule, position): ConfigDiagnostic[] => {
      const reason = complete && unreachableReason(rule, rules.slice(0, position), complete)
      const path = [...at, index, 'rules', position]
      return reason === undefined ? [] : [{ code: 'CONFIG_RULE_DEAD', path, reason }]
    })
  })
}

/** Without an entry of `verify` nothing is verified, so that no image is reported either. */
function checkUnverified(
  profiles: readonly ProfileSpec[],
  merged: ReadonlyMap<string, Profile>,
  at: FieldPath,
): ConfigDiagnostic[] {
  return profiles.flatMap(({ name, findings = {} }, index): ConfigDiagnostic[] => {
    if (findings.IMAGE_UNVERIFIED === undefined || merged.get(name)?.verify.length !== 0) return []
    const path = [...at, index, 'findings', 'IMAGE_UNVERIFIED']
    const reason = 'the profile has no verify, so that no signature is looked at'
    return [{ code: 'CONFIG_RULE_DEAD', path, reason, advice: 'say in verify who signs which images' }]
  })
}

function invalid(path: FieldPath, reason: string): ConfigDiagnostic {
  return { code: 'CONFIG_INVALID', path, reason }
}

/** The parts of a configuration with errors that can be checked further. */
export interface ValidParts {
  readonly spec: ConfigSpec
  /** Whether a diagnostic about these parts is also true of the whole configuration, and so is reported. */
  readonly isReportable: (diagnostic: ConfigDiagnostic) => boolean
}

/**
 * Selects the parts of a configuration that have a valid shape, so that one run reports a misspelt key in one place
 * and an unknown name in another. A profile with an error is reduced to its name and the name that it extends. If
 * the name of any profile is unknown, everything that refers to a profile is dropped.
 *
 * @param object the configuration, with errors
 * @param wrong the paths at which it violates the schema
 */
export function validParts(object: unknown, wrong: readonly FieldPath[]): ValidParts {
  const isWrong = (...part: FieldPath): boolean => wrong.some((path) => startsWith(path, part))
  const given = partOf(object, 'spec')
  const { defaultProfile, denyDigests, fields, lock, lockFile, registries } = given as ConfigSpec
  const profiles = profilesOf(given, isWrong)
  const isNamed = profiles !== undefined && !(given['profiles'] === undefined && isWrong('spec'))
  return {
    spec: {
      ...(profiles === undefined ? {} : { profiles }),
      ...(defaultProfile === undefined || !isNamed || isWrong('spec', 'defaultProfile')
        ? {}
        : { defaultProfile }),
      ...(fields === undefined || isWrong('spec', 'fields') ? {} : { fields }),
      ...(denyDigests === undefined || isWrong('spec', 'denyDigests') ? {} : { denyDigests }),
      ...(lock === undefined || isWrong('spec', 'lock') ? {} : { lock }),
      ...(lockFile === undefined || isWrong('spec', 'lockFile') ? {} : { lockFile }),
      ...(registries === undefined || isWrong('spec', 'registries') ? {} : { registries }),
    },
    // Whether a rule is unreachable depends on its whole profile, and on the profiles that this one extends.
    isReportable: ({ path }) => !(isWrong('spec', 'profiles') && path.length === 5 && path[3] === 'rules'),
  }
}

function profilesOf(
  spec: Readonly<Record<string, unknown>>,
  isWrong: (...part: FieldPath) => boolean,
): ProfileSpec[] | undefined {
  const list = spec['profiles'] ?? []
  if (!Array.isArray(list)) return undefined
  const profiles = list.map((profile: unknown, index) =>
    isWrong('spec', 'profiles', index) ? namesOf(profile) : (profile as ProfileSpec),
  )
  return profiles.every((profile) => profile !== undefined) ? profiles : undefined
}

function namesOf(profile: unknown): ProfileSpec | undefined {
  const { name, extends: base } = (profile ?? {}) as Readonly<Record<string, unknown>>
  if (typeof name !== 'string') return undefined
  return { name, ...(typeof base === 'string' ? { extends: base } : {}) }
}

function partOf(object: unknown, key: string): Readonly<Record<string, unknown>> {
  const part = (object as Readonly<Record<string, unknown>> | null)?.[key]
  return typeof part === 'object' && part !== null && !Array.isArray(part)
    ? (part as Readonly<Record<string, unknown>>)
    : {}
}

function startsWith(path: FieldPath, part: FieldPath): boolean {
  return part.every((step, index) => path[index] === step)
}
