import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { BUILTIN_PROFILES, DEFAULT_PROFILE } from '../../config/builtin-profiles.ts'
import type { Config } from '../../config/config.ts'
import type { Profile } from '../../config/profile.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { suggestionFor } from '../../diagnostics/suggestion.ts'
import type { Io } from '../io/io.ts'
import { type FunctionConfig, readConfig } from './read-config.ts'

/** The configuration of the working directory, which is used if none is named. */
export const CONFIG_FILE = 'pinpull.yaml'

/** The configuration of a run without a file. */
const DEFAULT_CONFIG: Config = { tier: 1, profiles: BUILTIN_PROFILES, registries: [] }

/**
 * Reads the configuration of a run. Configurations are never merged: the named file counts, else `pinpull.yaml` in the
 * working directory, else the configuration in the input, else none. Beside one of the first two, the one in the input may
 * only choose a profile, if they choose none.
 *
 * @param named from `--config` or `PINPULL_CONFIG`
 * @throws {UsageError} CONFIG_UNREADABLE
 * @throws {ConfigError} with everything that is wrong with it
 */
export function loadConfig(
  named: string | undefined,
  io: Pick<Io, 'cwd'>,
  functionConfig?: FunctionConfig,
): Config {
  const isFound = named === undefined && exists(resolve(io.cwd, CONFIG_FILE))
  if (named === undefined && !isFound && functionConfig === undefined) return DEFAULT_CONFIG
  // Only a run that has a configuration pays for reading one.
  return readConfig({ named, found: isFound ? CONFIG_FILE : undefined, functionConfig }, io.cwd)
}

/**
 * @param named from `--profile` or `PINPULL_PROFILE`; without it the configuration's default counts, else `prod`
 * @throws {UsageError} PROFILE_UNKNOWN
 */
export function chooseProfile(named: string | undefined, { profiles, defaultProfile }: Config): Profile {
  const name = named ?? defaultProfile ?? DEFAULT_PROFILE
  const profile = profiles.get(name)
  if (profile !== undefined) return profile
  const names = [...profiles.keys()]
  const near = suggestionFor(name, names)
  const known = near === undefined ? names.join(', ') : `${names.join(', ')} (did you mean ${near}?)`
  throw new UsageError('PROFILE_UNKNOWN', { profile: name, known })
}

/**
 * Whether the default configuration exists. A link to nothing and a file that may not be examined count as existing: reading
 * them fails, rather than another policy being applied.
 */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}
