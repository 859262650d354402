import { dirname, resolve } from 'node:path'
import { chooseProfile, DEFAULT_CONFIG } from '../config/builtin-profiles.ts'
import type { Config as ParsedConfig } from '../config/config.ts'
import { parseConfig as parse } from '../config/parse.ts'
import type { Profile as CompleteProfile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { ConfigError } from '../diagnostics/errors.ts'
import { readSource } from '../yaml/source.ts'

declare const INTERNAL: unique symbol

/**
 * The policy of an environment: a built-in one, or one of a configuration. What it holds besides its name may change in
 * any release; a configuration is the way to write one.
 */
export interface Profile {
  readonly name: string
  readonly [INTERNAL]: 'profile'
}

/** A valid configuration. */
export interface Config {
  /** The profile to use when none is chosen. */
  readonly defaultProfile?: string
  /** The path of the lock file, relative to the configuration's folder. */
  readonly lockFile?: string
  /** The built-in profiles and those of the configuration, by name. */
  readonly profiles: ReadonlyMap<string, Profile>
  readonly [INTERNAL]: 'config'
}

export interface ParseConfigOptions {
  /**
   * The name of the file, for messages; paths in the configuration are relative to its folder. Without it they are
   * relative to the working directory.
   */
  readonly file?: string | undefined
}

/** The profiles that exist without a configuration: `dev`, `staging`, `prod` and `airgap`. */
export const BUILTIN_PROFILES: ReadonlyMap<string, Profile> = DEFAULT_CONFIG.profiles as ReadonlyMap<
  string,
  unknown
> as ReadonlyMap<string, Profile>

/**
 * Parses a configuration (docs/config.md). It is trusted like your own code: it may name mirrors, which receive stored
 * credentials, and programs to run for a credential.
 *
 * @param text YAML, as text or as UTF-8
 * @throws {ConfigError} with a diagnostic for everything that is wrong
 */
export function parseConfig(text: string | Uint8Array, options: ParseConfigOptions = {}): Config {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const { config, diagnostics } = parse(readSource(bytes, options.file), { tier: 1 })
  if (config === undefined) throw new ConfigError(diagnostics)
  if (config.denyDigestsFile !== undefined) throw new ConfigError([deniedFileDiagnostic(options)])
  return config as unknown as Config
}

/** The library reads no file of a configuration; digests that are not read would not be denied. */
function deniedFileDiagnostic({ file }: ParseConfigOptions): Diagnostic {
  const args = {
    path: 'spec.denyDigestsFile',
    reason: 'names a file, which parseConfig does not read',
    advice: 'list the digests themselves: denyDigests: [sha256:...]',
  }
  return { code: 'CONFIG_INVALID', severity: 'error', args, at: file === undefined ? {} : { file } }
}

/**
 * Finds a profile.
 * @param profile the profile itself, or its name; absent: the default of the configuration, else `prod`
 * @throws {UsageError} PROFILE_UNKNOWN
 * @internal
 */
export function findProfile(
  profile: Profile | string | undefined,
  config: Config | undefined,
): CompleteProfile {
  if (typeof profile === 'object') return profile as unknown as CompleteProfile
  return chooseProfile(profile, parsedConfig(config) ?? DEFAULT_CONFIG)
}

/**
 * The configuration as the other rooms know it.
 * @internal
 */
export function parsedConfig(config: Config | undefined): ParsedConfig | undefined {
  return config as unknown as ParsedConfig | undefined
}

/**
 * The folder that paths in a configuration are relative to.
 * @internal
 */
export function configFolder(config: Config | undefined): string {
  const file = parsedConfig(config)?.file
  return file === undefined ? resolve() : dirname(resolve(file))
}
