import { normalizeHost } from '../../reference/docker-hub.ts'
import type { Reference } from '../../reference/reference.ts'
import { type Endpoint, type Mirror, mirrorEndpoint } from './endpoint.ts'

/**
 * What says where a repository is asked for, in the place of its registry or before it. One port for the mirrors of
 * the command line, the config, containerd's `hosts.toml` and `registries.conf`.
 */
export interface RegistryHosts {
  /**
   * The endpoints to ask, in their order; undefined where nothing is said of the repository's registry.
   *
   * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID where what is said cannot be read, REGISTRY_BLOCKED
   */
  endpoints(reference: Reference): Promise<readonly Endpoint[] | undefined>
}

/** The first that says something of a registry counts. */
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
 * Mirrors as the command line declares them: those for a registry before those for all. They are asked instead of the
 * registry, not before it, so that a run that is meant to stay inside does.
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
