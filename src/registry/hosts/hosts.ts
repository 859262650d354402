import { normalizeHost } from '../../reference/docker-hub.ts'
import type { Reference } from '../../reference/reference.ts'
import { type Endpoint, type Mirror, mirrorEndpoint } from './endpoint.ts'

/**
 * Tells where a repository is resolved: at mirrors, or at another host than its registry. Implemented by the
 * mirrors of the command line, the configuration, containerd's `hosts.toml` and `registries.conf`.
 */
export interface RegistryHosts {
  /**
   * The endpoints to try, in order; undefined if there is no entry for the registry.
   *
   * @throws {RegistryError} REGISTRY_HOSTS_INVALID if a file is invalid or cannot be read, REGISTRY_BLOCKED
   */
  endpoints(reference: Reference): Promise<readonly Endpoint[] | undefined>
}

/** The first that has an entry for the registry counts. */
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
 * The mirrors of the command line: those for the registry, else those for all. They replace the registry, so that a
 * run which must stay inside a network does.
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
