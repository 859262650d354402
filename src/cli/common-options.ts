import { BUILTIN_PROFILES } from '../config/builtin.ts'
import type { Platform } from '../oci/platform.ts'
import type { Verbosity } from '../report/text.ts'
import type { AnswerFlags } from './answers.ts'
import { parseDuration, parseLifetime } from './duration.ts'
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
    value: 'name',
    description:
      'the environment whose policy applies: dev, staging, prod, airgap, or one of your own (default: prod)',
    suggestions: [...BUILTIN_PROFILES.keys()],
  },
  {
    name: 'config',
    value: 'file',
    description: 'the configuration (default: pinpull.yaml, where there is one)',
  },
]

export interface ResolvingFlags extends AnswerFlags, WorkloadFlags {
  /** Instead of the profile's. */
  readonly platform?: Platform
  /** In milliseconds. */
  readonly timeout?: number
}

export const RESOLVING_OPTIONS: readonly OptionSpec[] = [
  ...REGISTRY_OPTIONS,
  PLATFORM_OPTION,
  {
    name: 'timeout',
    value: 'duration',
    description: 'give up after this time, as 30s or 2m, counted from the end of the input',
    parse: parseDuration,
  },
]

export const LOCK_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'lock-file',
    value: 'file',
    description:
      'the lock file (default: pinpull.lock.yaml beside the config, else in the working directory)',
  },
  { name: 'locked', description: 'let nothing but the lock file answer: no registry is asked' },
]

export const CACHE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'cache-ttl',
    value: 'duration',
    description:
      "how long a registry's answer is kept for later runs, 0 for not at all (default: 5m; 0 in CI)",
    parse: parseLifetime,
  },
]

export interface MessageFlags {
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color: boolean
}

export const MESSAGE_OPTIONS: readonly OptionSpec[] = [
  { name: 'quiet', description: 'print nothing but errors to stderr', conflicts: 'verbose' },
  { name: 'verbose', description: 'print what became of every image to stderr' },
  { name: 'no-color', description: 'no colours (also NO_COLOR)' },
]

export function verbosityOf({ quiet, verbose }: MessageFlags): Verbosity {
  if (quiet === true) return 'quiet'
  return verbose === true ? 'verbose' : 'normal'
}
