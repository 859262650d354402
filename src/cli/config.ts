import { lstatSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { BUILTIN_PROFILES, DEFAULT_PROFILE } from '../config/builtin.ts'
import type { Config } from '../config/config.ts'
import type { Profile } from '../config/profile.ts'
import { ConfigError, PinpullError, UsageError } from '../diagnostics/errors.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { systemReason } from '../files/file-system.ts'
import { isTemporaryConfig } from '../hosts/exec-plugin.ts'
import type { YamlNode } from '../yaml/nodes.ts'
import { readSource, type Source } from '../yaml/source.ts'
import type { Io } from './io.ts'

/** Looked for in the working directory where no configuration is named. */
export const CONFIG_FILE = 'pinpull.yaml'

/** What a run goes by where there is no configuration. */
const BUILTIN: Config = { profiles: BUILTIN_PROFILES, registries: [] }

/** A configuration that came with the input, as a ResourceList's `functionConfig`. */
export interface ConfigNode {
  readonly source: Source
  readonly node: YamlNode
}

/**
 * Reads the configuration: the file that is named, else the one that came with the input, else `pinpull.yaml` in the
 * working directory, else none.
 * @param file from `--config` or `PINPULL_CONFIG`
 * @throws {UsageError} CONFIG_UNREADABLE
 * @throws {ConfigError} with everything that is wrong with it
 */
export async function loadConfig(file: string | undefined, io: Io, carried?: ConfigNode): Promise<Config> {
  const name = file ?? (carried === undefined ? CONFIG_FILE : undefined)
  if (file === undefined && name !== undefined && !isThere(resolve(io.cwd, name))) return BUILTIN
  // Only whoever has a configuration pays for reading one.
  const { parseConfig, parseConfigNode } = await import('../config/parse.ts')
  const { config, diagnostics } =
    name === undefined && carried !== undefined
      ? await parseConfigNode(carried.source, carried.node)
      : await parseConfig(readOrRefuse(resolve(io.cwd, name ?? CONFIG_FILE), name ?? CONFIG_FILE))
  if (config === undefined) throw new ConfigError(diagnostics)
  if (config.file === undefined || !isTemporaryConfig(config.file, io.env)) return config
  const { file: _, ...placeless } = config
  return placeless
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

function readOrRefuse(path: string, name: string): Source {
  try {
    return readSource(readFileSync(path), name)
  } catch (error) {
    const reason =
      error instanceof PinpullError ? `it is not UTF-8: ${error.args['reason']}` : systemReason(error)
    throw new UsageError('CONFIG_UNREADABLE', { file: name, reason }, { cause: error })
  }
}
