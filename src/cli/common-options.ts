import { BUILTIN_PROFILES } from '../config/builtin-profiles.ts'
import type { Platform } from '../oci/platform.ts'
import type { Verbosity } from '../report/text.ts'
import type { AnswerFlags } from './answers.ts'
import { parseDuration, parseLifetime } from './duration.ts'
import { type FilePattern, parseFilePattern } from './file-pattern.ts'
import type { InputFlags } from './inputs.ts'
import type { OptionSpec } from './option.ts'
import { PLATFORM_OPTION, REGISTRY_OPTIONS, type WorkloadFlags } from './registry-options.ts'

/** What several commands take: each list with what its options give. */

export interface ProfileFlags {
  readonly profile?: string
  readonly config?: string
}

export const PROFILE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'profile',
    tier: 3,
    value: 'name',
    description:
      'the environment whose policy applies: dev, staging, prod, airgap, or one of your own (default: prod)',
    suggestions: [...BUILTIN_PROFILES.keys()],
  },
  {
    name: 'config',
    value: 'file',
    description: 'the configuration (default: pinpull.yaml, if it exists)',
  },
]

/** For the commands that read manifests. */
export const KRM_OPTION: OptionSpec = {
  name: 'krm',
  description: 'the input is a ResourceList, as kustomize and kpt hand it to a KRM function',
}

export interface ResolvingFlags extends AnswerFlags, WorkloadFlags, InputFlags {
  /** Instead of the profile's. */
  readonly platform?: Platform
  /** In milliseconds. */
  readonly timeout?: number
}

export const RESOLVING_OPTIONS: readonly OptionSpec[] = [
  KRM_OPTION,
  ...REGISTRY_OPTIONS,
  PLATFORM_OPTION,
  {
    name: 'timeout',
    value: 'duration',
    description: 'give up after this time, as 30s or 2m, counted from the end of the input',
    parse: parseDuration,
  },
]

/** For every command that takes files and folders. */
export const EXCLUDE_OPTION: OptionSpec = {
  name: 'exclude',
  value: 'glob',
  description: "leave out what has this name or path, as values.yaml or 'charts/**'; repeatable",
  parse: (text, before?: readonly FilePattern[]) => [...(before ?? []), parseFilePattern(text)],
}

export const LOCK_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'lock-file',
    value: 'file',
    description:
      'the lock file (default: pinpull.lock.yaml beside the config, else in the working directory)',
  },
  { name: 'locked', tier: 3, description: 'resolve from the lock file only; never contact a registry' },
]

export const CACHE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'cache-ttl',
    value: 'duration',
    description:
      "how long a registry's answer is kept for later runs; 0 turns the cache off (default: 5m; 0 in CI)",
    parse: parseLifetime,
  },
]

export interface MessageFlags {
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color: boolean
}

export const MESSAGE_OPTIONS: readonly OptionSpec[] = [
  { name: 'quiet', tier: 3, description: 'print nothing but errors to stderr', conflicts: 'verbose' },
  { name: 'verbose', tier: 3, description: 'print to stderr what was done with every image' },
  { name: 'no-color', tier: 3, description: 'no colours (also NO_COLOR)' },
]

export function verbosityOf({ quiet, verbose }: MessageFlags): Verbosity {
  if (quiet === true) return 'quiet'
  return verbose === true ? 'verbose' : 'normal'
}
