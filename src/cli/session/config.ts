import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { DEFAULT_CONFIG } from '../../config/builtin-profiles.ts'
import type { Config } from '../../config/config.ts'
import type { Io } from '../io/io.ts'
import { type FunctionConfig, readConfig } from './read-config.ts'

/** The configuration of the working directory, which is used if none is named. */
export const CONFIG_FILE = 'pinpull.yaml'

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
