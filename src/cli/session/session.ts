import { dirname, resolve } from 'node:path'
import { chooseProfile } from '../../config/builtin-profiles.ts'
import type { Config } from '../../config/config.ts'
import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { mayFail } from '../../diagnostics/failing.ts'
import type { FindRegistryBlock } from '../../plan/resolver.ts'
import type { Io } from '../io/io.ts'
import { writeDiagnostics } from '../io/messages.ts'
import type { Flags } from '../options/flags.ts'
import { loadConfig } from './config.ts'
import type { FunctionConfig } from './read-config.ts'
import { openRegistryFiles } from './registry-files.ts'

/** What a command works with: its flags, its input and output, and the configuration and profile that they choose. */
export interface Session<F extends Flags = Flags> {
  readonly flags: F
  readonly io: Io
  readonly config: Config
  readonly profile: Profile
  /**
   * Checks the files about registries that the user has named, and gives the list of blocked registries that they hold.
   * The files are read once.
   */
  readonly openBlockList: () => Promise<FindRegistryBlock | undefined>
}

/**
 * Opens the session of a command.
 *
 * @param functionConfig a configuration that came with the input
 * @throws {UsageError} CONFIG_UNREADABLE, PROFILE_UNKNOWN
 * @throws {ConfigError} with everything that is wrong with the configuration
 */
export function openSession<F extends Flags>(flags: F, io: Io, functionConfig?: FunctionConfig): Session<F> {
  const config = loadConfig(flags.config, io, functionConfig)
  let blockList: Promise<FindRegistryBlock | undefined> | undefined
  return {
    flags,
    io,
    config,
    profile: chooseProfile(flags.profile, config),
    openBlockList: () => {
      blockList ??= openRegistryFiles(flags, io)
      return blockList
    },
  }
}

/** Prints diagnostics to standard error; with `--quiet` only those that can fail the run. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], { flags, io }: Session): void {
  const shown = diagnostics.filter((one) => flags.quiet !== true || mayFail(one, flags.failOn))
  writeDiagnostics(shown, flags, io)
}

/** The folder that paths in the configuration are relative to. */
export function configFolder({ config, io }: Session): string {
  return config.file === undefined ? io.cwd : dirname(resolve(io.cwd, config.file))
}
