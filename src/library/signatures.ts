import type { Verifier } from '../plan/verifier.ts'
import { registries } from '../resolve/registries.ts'
import { ruleFileReader } from '../resolve/rule-file.ts'
import { configFolder } from './config.ts'
import { type RegistryResolverOptions, registrySettings } from './resolvers.ts'

/**
 * Opens a verifier that contacts registries. This module loads sigstore's libraries, so it is only imported when a signature is
 * demanded.
 * @internal
 */
export function openVerifier(options: RegistryResolverOptions): Verifier {
  const readRuleFile = ruleFileReader(configFolder(options.config))
  return registries({ ...registrySettings(options), readRuleFile, ruleFor: () => undefined }).verifier
}
