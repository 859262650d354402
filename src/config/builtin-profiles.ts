import { UsageError } from '../diagnostics/errors.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import type { ImagePullPolicy } from '../kube/image-field.ts'
import type { Config } from './config.ts'
import type { Action } from './enums.ts'
import { refuseOtherSigners } from './input-profile.ts'
import type { Profile } from './profile.ts'

const policies = (policy: ImagePullPolicy): Profile['pullPolicy'] => ({
  digest: policy,
  fixed: policy,
  floating: policy,
  latest: policy,
  untagged: policy,
})

const mutable = (versionless: Action): Profile['mutableTags'] => ({
  untagged: versionless,
  latest: versionless,
  floating: 'allow',
})

/** The settings that all built-in profiles share. */
const COMMON = {
  output: 'tag-digest',
  policyMode: 'override',
  annotations: 'obey',
  allowedRegistries: [],
  include: [],
  exclude: [],
  rules: [],
  rewrite: [],
  verify: [],
  fields: {},
  findings: {},
} as const satisfies Partial<Profile>

/**
 * The profiles `dev`, `staging`, `prod` and `airgap` by name, which exist without a configuration. `docs/config.md` shows them
 * as a table.
 */
export const BUILTIN_PROFILES: ReadonlyMap<string, Profile> = new Map(
  (
    [
      {
        ...COMMON,
        name: 'dev',
        pin: 'never',
        pullPolicy: { ...policies('Always'), digest: 'IfNotPresent', fixed: 'IfNotPresent' },
        unresolved: 'warn',
        mutableTags: mutable('allow'),
        invalid: 'warn',
        placeholders: 'warn',
      },
      {
        ...COMMON,
        name: 'staging',
        pin: 'always',
        pullPolicy: policies('IfNotPresent'),
        unresolved: 'warn',
        mutableTags: mutable('warn'),
        invalid: 'warn',
        placeholders: 'warn',
      },
      {
        ...COMMON,
        name: 'prod',
        pin: 'always',
        pullPolicy: policies('IfNotPresent'),
        unresolved: 'deny',
        mutableTags: mutable('warn'),
        invalid: 'deny',
        placeholders: 'warn',
      },
      {
        ...COMMON,
        name: 'airgap',
        pin: 'locked',
        // Images that were loaded onto nodes in advance are found by the tag that they were saved with, not by
        // digest: containerd looks up `name@digest` literally (kind issues 2394, 3262).
        output: 'as-written',
        pullPolicy: policies('Never'),
        unresolved: 'deny',
        mutableTags: mutable('deny'),
        invalid: 'deny',
        placeholders: 'deny',
      },
    ] satisfies Profile[]
  ).map((profile) => [profile.name, profile]),
)

/** The name of the profile that is used when none is chosen: the strictest one that needs no lock file. */
export const DEFAULT_PROFILE = 'prod'

/** The configuration that is used if there is no configuration file. */
export const DEFAULT_CONFIG: Config = { tier: 1, profiles: BUILTIN_PROFILES, registries: [] }

/**
 * Returns the profile to use.
 * @param named the name from `--profile` or `PINPULL_PROFILE`; undefined for the configuration's `defaultProfile`, or `prod` if
 *   it has none
 * @throws {UsageError} PROFILE_UNKNOWN; CONFIG_UNTRUSTED if the input has chosen a profile that demands other signatures than the one
 *   that would be used without its choice
 */
export function chooseProfile(named: string | undefined, config: Config): Profile {
  const { profiles, defaultProfile, profileOfInput } = config
  const name = named ?? defaultProfile ?? DEFAULT_PROFILE
  const profile = profiles.get(name)
  if (profile !== undefined) {
    if (named === undefined && profileOfInput !== undefined) {
      refuseOtherSigners(profile, profiles.get(DEFAULT_PROFILE), config)
    }
    return profile
  }
  const names = [...profiles.keys()]
  const near = suggestionFor(name, names)
  const known = near === undefined ? names.join(', ') : `${names.join(', ')} (did you mean ${near}?)`
  throw new UsageError('PROFILE_UNKNOWN', { profile: name, known })
}
