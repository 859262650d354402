import type { Keychain } from '../credentials/keychain.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { Clock } from '../registry/clock.ts'
import type { Mirror } from '../registry/endpoint.ts'
import type { Limits } from '../registry/limits.ts'
import { fromRegistry } from './from-registry.ts'
import { type Concurrency, limited } from './limited.ts'
import { memoized } from './memoized.ts'

export interface RegistryResolverOptions {
  /** Asked instead of the registries that they stand in for. */
  readonly mirrors?: readonly Mirror[]
  readonly keychain: Keychain
  /** The `User-Agent`, as `pinpull/0.1.0`. */
  readonly userAgent: string
  /** Takes a line for every request, fit to be printed. */
  readonly log?: (line: string) => void
  /** Time and chance; the real ones by default. */
  readonly clock?: Clock
  readonly limits?: Partial<Limits>
  readonly concurrency?: Concurrency
}

/**
 * The resolver that asks registries: each distinct reference once, so many at a time. Making it costs nothing; the
 * network code is loaded with the first question.
 */
export function registryResolver(options: RegistryResolverOptions): Resolver {
  return memoized(
    limited(
      fromRegistry(() => loadClient(options)),
      options.concurrency,
    ),
  )
}

async function loadClient(options: RegistryResolverOptions): Promise<RegistryClient> {
  const [{ registryClient }, { httpTransport }, { DEFAULT_LIMITS }, { systemClock }] = await Promise.all([
    import('../registry/client.ts'),
    import('../registry/transport.ts'),
    import('../registry/limits.ts'),
    import('../registry/clock.ts'),
  ])
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  return registryClient({
    send: httpTransport({ limits, userAgent: options.userAgent }),
    keychain: options.keychain,
    mirrors: options.mirrors ?? [],
    clock: options.clock ?? systemClock,
    limits,
    ...(options.log === undefined ? {} : { log: options.log }),
  })
}
