import type { Profile } from './profile.ts'

const everywhere = (policy: 'Always' | 'IfNotPresent' | 'Never'): Profile['pullPolicy'] => ({
  digest: policy,
  fixed: policy,
  floating: policy,
  latest: policy,
  untagged: policy,
})

/** The profiles that need no configuration. `docs/profiles.md` says whom each is for. */
export const BUILTIN_PROFILES: Readonly<Record<string, Profile>> = {
  dev: {
    name: 'dev',
    pin: 'never',
    output: 'tag-digest',
    policyMode: 'override',
    pullPolicy: { ...everywhere('Always'), digest: 'IfNotPresent', fixed: 'IfNotPresent' },
    unresolved: 'warn',
    mutableTags: 'allow',
    invalid: 'warn',
  },
  staging: {
    name: 'staging',
    pin: 'always',
    output: 'tag-digest',
    policyMode: 'override',
    pullPolicy: everywhere('IfNotPresent'),
    unresolved: 'warn',
    mutableTags: 'warn',
    invalid: 'warn',
  },
  prod: {
    name: 'prod',
    pin: 'always',
    output: 'tag-digest',
    policyMode: 'override',
    pullPolicy: everywhere('IfNotPresent'),
    unresolved: 'deny',
    mutableTags: 'warn',
    invalid: 'deny',
  },
}

/** The profile of those who choose none: the strictest that needs no lock file. */
export const DEFAULT_PROFILE = 'prod'
