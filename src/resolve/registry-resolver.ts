import type { Resolver } from '../plan/resolver.ts'
import { type ClientSettings, composeClient } from '../registry/composition.ts'
import { fromRegistry } from './from-registry.ts'
import { type Concurrency, limited } from './limited.ts'
import { memoized } from './memoized.ts'
import { sparingOutages } from './outage.ts'

export interface RegistryResolverOptions extends ClientSettings {
  readonly concurrency?: Concurrency
}

/**
 * The resolver that asks registries: each distinct reference once, so many at a time. Making it costs nothing; the
 * network code is loaded with the first question, while the first connection is being made.
 */
export function registryResolver(options: RegistryResolverOptions): Resolver {
  return memoized(sparingOutages(limited(fromRegistry(composeClient(options)), options.concurrency)))
}
