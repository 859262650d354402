import { credentialSource } from '../credentials/keychain.ts'
import { type Code, exitClassOf } from '../diagnostics/catalogue.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolution, Resolver } from '../plan/resolver.ts'
import type { RegistryClient } from '../registry/client.ts'
import { createRegistryClient, type RegistryClientSettings } from '../registry/composition.ts'
import { type ConcurrencyLimits, withConcurrencyLimit } from './concurrency.ts'
import { withMemoization } from './memoization.ts'

/** The settings of the registry client, and how many images are resolved at the same time. */
export interface RegistryResolverOptions extends RegistryClientSettings {
  /** `DEFAULT_CONCURRENCY` by default. */
  readonly concurrency?: ConcurrencyLimits
}

/**
 * Creates a resolver that contacts registries: once for each distinct reference, with limited concurrency. Creating it
 * is cheap, since the code for requests is loaded by the first one, while its connection is being opened.
 *
 * @param client the client to use, if others use it, too; it must have been created with the same options
 */
export function registryResolver(
  options: RegistryResolverOptions,
  client: RegistryClient = createRegistryClient(options),
): Resolver {
  return withMemoization(withOutageCheck(withConcurrencyLimit(clientResolver(client), options.concurrency)))
}

/** Creates a resolver from a registry client. */
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

/** Errors that concern a single repository. After any other error of class `external`, the registry counts as unreachable. */
const OF_ONE_REPOSITORY: ReadonlySet<Code> = new Set<Code>([
  'CREDENTIAL_MISSING',
  'CREDENTIAL_REJECTED',
  'CREDENTIAL_INSUFFICIENT',
  'REGISTRY_DENIED',
  'REGISTRY_REFUSED',
])

/**
 * Wraps a resolver to avoid timeouts of requests with `bypassMirrors`: each registry first gets a request for one image,
 * and if it is unreachable, requests for other images fail with the same error at once. Clusters that depend on a mirror
 * often cannot reach the registry itself. Requests without `bypassMirrors` are passed on unchanged.
 */
export function withOutageCheck(inner: Resolver): Resolver {
  /** The result of the first request by registry: its error if the registry is unreachable. */
  const outages = new Map<string, Promise<PinpullError | undefined>>()
  return {
    async resolve(reference, options) {
      if (options.bypassMirrors !== true) return inner.resolve(reference, options)
      const known = outages.get(reference.domain)
      if (known === undefined) {
        const resolution = inner.resolve(reference, options)
        outages.set(reference.domain, outageOf(resolution))
        return resolution
      }
      const outage = await known
      if (outage === undefined) return inner.resolve(reference, options)
      throw new PinpullError(outage.code, { ...outage.args, image: reference.text }, { cause: outage })
    },
  }
}

async function outageOf(resolution: Promise<Resolution>): Promise<PinpullError | undefined> {
  try {
    await resolution
    return undefined
  } catch (error) {
    if (!(error instanceof PinpullError) || OF_ONE_REPOSITORY.has(error.code)) return undefined
    return exitClassOf(error.code) === 'external' ? error : undefined
  }
}

/**
 * The `certs.d` folders of podman, skopeo and dockerd, most specific first (containers-certs.d(5)).
 *
 * @param home the user's home folder; undefined to leave out the folders in it
 */
export function certificateFolders(home: string | undefined): string[] {
  return [
    ...(home === undefined ? [] : [`${home}/.config/containers/certs.d`]),
    '/etc/containers/certs.d',
    // Of Docker Desktop and of rootless docker, beside the daemon's.
    ...(home === undefined ? [] : [`${home}/.docker/certs.d`, `${home}/.config/docker/certs.d`]),
    '/etc/docker/certs.d',
  ]
}
