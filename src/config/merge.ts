import type { FieldOptions } from '../kube/find/field-options.ts'
import { parsePlatform } from '../oci/platform.ts'
import { parseAllowedRegistry } from './allowed-registry.ts'
import { BUILTIN_PROFILES, DEFAULT_PROFILE } from './builtin-profiles.ts'
import type { ProfileSpec } from './config.ts'
import type { MutableTagKind } from './enums.ts'
import { parseMatcher } from './matcher.ts'
import type { Profile } from './profile.ts'
import { canonicalRewrite } from './rewrite.ts'
import { parseRule } from './rule.ts'
import { parseVerifyRule, type VerifyDefaults } from './verify-settings.ts'

/**
 * Finds the profile that another extends: the one in `extends`, else the built-in one of the same name, else `prod`. A profile
 * that extends its own name extends the built-in one.
 *
 * @param specs all profiles of the configuration
 * @returns the built-in profile or the specification; undefined if the name is unknown
 */
export function baseOf(spec: ProfileSpec, specs: readonly ProfileSpec[]): Profile | ProfileSpec | undefined {
  const name = spec.extends ?? (BUILTIN_PROFILES.has(spec.name) ? spec.name : DEFAULT_PROFILE)
  const own = name === spec.name ? undefined : specs.find((one) => one.name === name)
  return own ?? BUILTIN_PROFILES.get(name)
}

/**
 * Gives every profile of a valid configuration all settings: missing ones come from the profile that it extends.
 * @param fields `spec.fields` of the configuration, which applies to every profile
 * @returns the built-in profiles and those of the configuration, by name
 */
export function mergeProfiles(
  specs: readonly ProfileSpec[],
  fields: FieldOptions = {},
): ReadonlyMap<string, Profile> {
  const merged = new Map([...BUILTIN_PROFILES].map(([name, profile]) => [name, { ...profile, fields }]))
  const complete = (spec: ProfileSpec): Profile => {
    const base = baseOf(spec, specs) as Profile | ProfileSpec
    return { ...mergeProfile(spec, isComplete(base) ? base : complete(base)), fields }
  }
  for (const spec of specs) merged.set(spec.name, complete(spec))
  return merged
}

/** Merges a profile's settings into those of its base. Lists replace the base's, except rules and `verify`, whose entries precede them. */
function mergeProfile(spec: ProfileSpec, base: Profile): Profile {
  const { trustedRoot = base.trustedRoot, signatureRepository = base.signatureRepository } = spec
  const defaults: VerifyDefaults = { trustedRoot, signatureRepository }
  const platform = spec.platform === undefined ? base.platform : parsePlatform(spec.platform)
  const matchers = (list: NonNullable<ProfileSpec['include']>) =>
    list.map((one) => parseMatcher(typeof one === 'string' ? { image: one } : one))
  return {
    name: spec.name,
    pin: spec.pin ?? base.pin,
    output: spec.output ?? base.output,
    ...(platform === undefined ? {} : { platform }),
    policyMode: spec.policyMode ?? base.policyMode,
    pullPolicy: mergeChoices(base.pullPolicy, spec.pullPolicy),
    unresolved: spec.unresolved ?? base.unresolved,
    mutableTags: mergeChoices<MutableTagKind, Profile['mutableTags'][MutableTagKind]>(
      base.mutableTags,
      spec.mutableTags,
    ),
    invalid: spec.invalid ?? base.invalid,
    placeholders: spec.placeholders ?? base.placeholders,
    annotations: spec.annotations ?? base.annotations,
    allowedRegistries:
      spec.allowedRegistries?.map(parseAllowedRegistry).filter((one) => one !== undefined) ??
      base.allowedRegistries,
    include: spec.include ? matchers(spec.include) : base.include,
    exclude: spec.exclude ? matchers(spec.exclude) : base.exclude,
    rules: [
      ...(spec.rules ?? []).map((rule, index) => parseRule(rule, `${spec.name}.rules[${index}]`)),
      ...base.rules,
    ],
    rewrite: spec.rewrite?.map(canonicalRewrite) ?? base.rewrite,
    verify: [
      ...(spec.verify ?? []).map((one, index) =>
        parseVerifyRule(one, `${spec.name}.verify[${index}]`, defaults),
      ),
      ...base.verify.map((one) => parseVerifyRule(one.spec, one.label, defaults)),
    ],
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
    ...(signatureRepository === undefined ? {} : { signatureRepository }),
    fields: base.fields,
    findings: { ...base.findings, ...spec.findings },
  }
}

/** Merges one value for all keys, or values for some of them, into the base's. */
function mergeChoices<K extends string, V extends string>(
  base: Readonly<Record<K, V>>,
  given: V | Partial<Readonly<Record<K, V>>> | undefined,
): Readonly<Record<K, V>> {
  if (typeof given !== 'string') return { ...base, ...given }
  return Object.fromEntries(Object.keys(base).map((key) => [key, given])) as Record<K, V>
}

function isComplete(profile: Profile | ProfileSpec): profile is Profile {
  return BUILTIN_PROFILES.get(profile.name) === profile
}
