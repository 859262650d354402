import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { errorReason } from '../files/file-system.ts'
import { readRegularFile } from '../files/regular-file.ts'
import type { Verifier } from '../plan/verifier.ts'
import type { ReadRuleFile } from '../resolve/attachment-judge.ts'
import { registries } from '../resolve/registries.ts'
import { configFolder } from './config.ts'
import { type RegistryResolverOptions, registrySettings } from './resolvers.ts'

/** A trusted root has some tens of kilobytes; one of a company with many authorities, some hundreds. */
const MAX_FILE_SIZE = 4 * 1024 * 1024

/**
 * Opens a verifier that contacts registries. This module loads sigstore's libraries, so it is only imported when a signature is
 * demanded.
 * @internal
 */
export function openVerifier(options: RegistryResolverOptions): Verifier {
  const folder = configFolder(options.config)
  const readRuleFile: ReadRuleFile = async (path) => {
    try {
      const file = realpathSync(resolve(folder, path))
      return readRegularFile(file, MAX_FILE_SIZE) ?? { problem: 'it does not exist' }
    } catch (error) {
      return { problem: errorReason(error) }
    }
  }
  return registries({ ...registrySettings(options), readRuleFile, ruleFor: () => undefined }).verifier
}
