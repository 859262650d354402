import { normalizeHost } from '../../reference/docker-hub.ts'
import type { Reference } from '../../reference/reference.ts'
import { type Endpoint, type Mirror, mirrorEndpoint } from './endpoint.ts'

/**
 * Finds the endpoints of registries in one source of settings: the mirrors on the command line, Pinpull's configuration
 * file, containerd's `hosts.toml` files, or a `registries.conf`.
 */
export interface RegistryHosts {
  /**
   * Finds the endpoints at which to resolve a reference.
   *
   * @returns the endpoints in the order in which to try them, at least one; undefined if this source has no entry for
   *   the registry
   * @throws {RegistryError} REGISTRY_HOSTS_INVALID if a file is invalid or cannot be read; REGISTRY_BLOCKED if the
   *   source forbids the image; REGISTRY_HOST_UNKNOWN if the registry's host and port do not form a URL
   */
  endpoints(reference: Reference): Promise<readonly Endpoint[] | undefined>
}

/**
 * Combines sources of endpoints.
 *
 * @param all in the order in which they are searched; the first that has an entry for the registry is used, and an
 *   error ends the search
 * @returns hosts whose `endpoints` returns undefined if no source has an entry
 */
export function chainHosts(all: readonly RegistryHosts[]): RegistryHosts {
  return {
    async endpoints(reference) {
      for (const hosts of all) {
        const endpoints = await hosts.endpoints(reference)
        if (endpoints !== undefined) return endpoints
      }
      return undefined
    },
  }
}

/**
 * The mirrors on the command line: those for the registry, under any of its names, or if there are none, those for `*`.
 * The registry itself is not an endpoint, so a run that must not leave a network does not.
 *
 * @returns hosts whose `endpoints` returns undefined if there are neither
 */
export function mirrorHosts(mirrors: readonly Mirror[]): RegistryHosts {
  return {
    async endpoints({ domain }) {
      const own = mirrors.filter(({ host }) => normalizeHost(host) === normalizeHost(domain))
      const chosen = own.length > 0 ? own : mirrors.filter(({ host }) => host === '*')
      return chosen.length === 0 ? undefined : chosen.map(({ url }) => mirrorEndpoint(url, domain))
    },
  }
}
