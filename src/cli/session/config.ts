import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { BUILTIN_PROFILES, DEFAULT_PROFILE } from '../../config/builtin-profiles.ts'
import type { Config } from '../../config/config.ts'
import type { Profile } from '../../config/profile.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { suggestionFor } from '../../diagnostics/suggestion.ts'
import type { Io } from '../io/io.ts'
import { type FunctionConfig, readConfig } from './read-config.ts'

/** Looked for in the working directory where no configuration is named. */
export const CONFIG_FILE = 'pinpull.yaml'

/** What a run goes by where there is no configuration. */
const BUILTIN: Config = { tier: 1, profiles: BUILTIN_PROFILES, registries: [] }

/**
 * Reads the configuration of a run. Two are never merged: the file that is named counts, else `pinpull.yaml` in the
 * working directory, else what came with the input, else none. Beside one of the first two, what came with the input
 * may choose a profile where they choose none.
 *
 * @param named from `--config` or `PINPULL_CONFIG`
 * @throws {UsageError} CONFIG_UNREADABLE
 * @throws {ConfigError} with everything that is wrong with it
 */
export async function loadConfig(
  named: string | undefined,
  io: Pick<Io, 'cwd'>,
  functionConfig?: FunctionConfig,
): Promise<Config> {
  const isFound = named === undefined && isThere(resolve(io.cwd, CONFIG_FILE))
  if (named === undefined && !isFound && functionConfig === undefined) return BUILTIN
  // Only a run that has a configuration pays for reading one.
  return readConfig({ named, found: isFound ? CONFIG_FILE : undefined, functionConfig }, io.cwd)
}

/**
 * The profile of a run: the one that is named by flag or environment, else the configuration's default, else `prod`.
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
 * Whether the configuration that nobody named is there. A link to nothing is, and so is what may not be looked at: who
 * put it there would not want another policy for it.
 */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}
