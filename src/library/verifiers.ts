import type { Verifier as VerifierPort } from '../plan/verifier.ts'
import type { RegistryResolverOptions } from './resolvers.ts'

declare const INTERNAL: unique symbol

/** Verifies signatures. What it holds may change in any release; `registryVerifier` makes one. */
export interface Verifier {
  readonly [INTERNAL]: 'verifier'
}

/**
 * A verifier of the signatures that registries have: what a profile with `verify` needs (docs/config.md). Nothing is loaded, read or
 * sent before a profile demands a signature.
 *
 * @param options those of `registryResolver`; keys and trusted roots are relative to the folder of `config`
 */
export function registryVerifier(options: RegistryResolverOptions = {}): Verifier {
  let made: Promise<VerifierPort> | undefined
  const verifier: VerifierPort = {
    async verify(request) {
      made ??= import('./signatures.ts').then(({ openVerifier }) => openVerifier(options))
      return (await made).verify(request)
    },
  }
  return verifier as unknown as Verifier
}

/**
 * The verifier as the other rooms know it.
 * @internal
 */
export function verifierPort(verifier: Verifier | undefined): VerifierPort | undefined {
  return verifier as unknown as VerifierPort | undefined
}
