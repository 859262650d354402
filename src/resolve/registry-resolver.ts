import { credentialSource } from '../credentials/keychain.ts'
import { type Code, exitClassOf } from '../diagnostics/catalogue.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolution, Resolver } from '../plan/resolver.ts'
import type { RegistryClient } from '../registry/client.ts'
import { createRegistryClient, type RegistryClientSettings } from '../registry/composition.ts'
import { type ConcurrencyLimits, withConcurrencyLimit } from './concurrency.ts'
import { withMemoization } from './memoization.ts'

export interface RegistryResolverOptions extends RegistryClientSettings {
  readonly concurrency?: ConcurrencyLimits
}

/**
 * A resolver that contacts registries: once for each distinct reference, with limited concurrency. Creating it is
 * cheap; the network code is loaded with the first request, while the first connection is being made.
 */
export function registryResolver(options: RegistryResolverOptions): Resolver {
  return withMemoization(
    withOutageCheck(withConcurrencyLimit(clientResolver(createRegistryClient(options)), options.concurrency)),
  )
}

/** A resolver that uses a registry client. */
export function clientResolver(client: RegistryClient): Resolver {
  return {
    async resolve(reference, { platform, wantPlatforms, anonymous, bypassMirrors, signal }) {
      const { descriptor, endpoint, credential } = await client.resolve(reference, {
        platform,
        platforms: wantPlatforms ?? false,
        anonymous: anonymous ?? false,
        bypassMirrors: bypassMirrors ?? false,
        signal,
      })
      const source = credentialSource(credential)
      return {
        descriptor,
        origin: {
          kind: endpoint.kind,
          from: endpoint.host,
          ...(source === undefined ? {} : { credential: source }),
        },
      }
    },
  }
}

/** Errors of one repository. After any other error of class `external`, the registry counts as unreachable. */
const OF_ONE_REPOSITORY: ReadonlySet<Code> = new Set<Code>([
  'CREDENTIAL_MISSING',
  'CREDENTIAL_REJECTED',
  'CREDENTIAL_INSUFFICIENT',
  'REGISTRY_DENIED',
  'REGISTRY_REFUSED',
])

/**
 * Asks a registry past its mirrors for one image first, and for no other where it cannot be reached: clusters that depend
 * on a mirror often cannot reach the registry at all, and each question would wait until it has timed out. Everything else
 * is asked as it comes.
 */
export function withOutageCheck(inner: Resolver): Resolver {
  /** The result of the first request by registry: its error if the registry is unreachable. */
  const outages = new Map<string, Promise<PinpullError | undefined>>()
  return {
    async resolve(reference, options) {
      if (options.bypassMirrors !== true) return inner.resolve(reference, options)
      const known = outages.get(reference.domain)
      if (known === undefined) {
        const answer = inner.resolve(reference, options)
        outages.set(reference.domain, outageOf(answer))
        return answer
      }
      const outage = await known
      if (outage === undefined) return inner.resolve(reference, options)
      throw new PinpullError(outage.code, { ...outage.args, image: reference.text }, { cause: outage })
    },
  }
}

async function outageOf(answer: Promise<Resolution>): Promise<PinpullError | undefined> {
  try {
    await answer
    return undefined
  } catch (error) {
    if (!(error instanceof PinpullError) || OF_ONE_REPOSITORY.has(error.code)) return undefined
    return exitClassOf(error.code) === 'external' ? error : undefined
  }
}

/** The folders in which containers' tools and docker keep certificates (containers-certs.d(5)). */
export function certificateFolders(home: string | undefined): string[] {
  return [
    ...(home === undefined ? [] : [`${home}/.config/containers/certs.d`]),
    '/etc/containers/certs.d',
    // Of Docker Desktop and of rootless docker, beside the daemon's.
    ...(home === undefined ? [] : [`${home}/.docker/certs.d`, `${home}/.config/docker/certs.d`]),
    '/etc/docker/certs.d',
  ]
}
