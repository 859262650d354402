import { registryHost, repositoryName } from '../reference/normalize.ts'
import type { Named } from '../reference/reference.ts'
import { isLoopbackHost } from './address.ts'

/** A place that can be asked for a repository: its own registry, or a mirror of it. */
export interface Endpoint {
  readonly kind: 'registry' | 'mirror'
  /** The URL that `/<repository>/manifests/<tag>` is added to; it ends in `/v2`, or in a mirror's path after that. */
  readonly base: string
  /** Host and port, as credentials are looked up by and messages name it. */
  readonly host: string
  /** What a mirror is told that it stands in for: containerd's `?ns=`. */
  readonly namespace?: string
  /** Whether plain HTTP is tried where the host turns out not to speak TLS: only for this machine. */
  readonly mayFallBack: boolean
}

/** A mirror as the user declares it: asked instead of a registry. */
export interface Mirror {
  /** The registry that it stands in for, such as `docker.io`; `*` for every one. */
  readonly host: string
  /** Where it is; `http:` says that plain HTTP is meant. */
  readonly url: string
}

/**
 * Where to ask for a repository: at its mirrors, in their order, those for its own registry before those for all; else at
 * its registry. A declared mirror is asked instead of the registry, so that a run that is meant to stay inside does.
 */
export function endpointsFor(named: Named, mirrors: readonly Mirror[]): Endpoint[] {
  const own = mirrors.filter(({ host }) => host === named.domain)
  const chosen = own.length > 0 ? own : mirrors.filter(({ host }) => host === '*')
  return chosen.length > 0
    ? chosen.map((mirror) => mirrorEndpoint(mirror.url, named.domain))
    : [registryEndpoint(named)]
}

/** The registry that a reference names. Plain HTTP is for loopback hosts alone. */
export function registryEndpoint(named: Named): Endpoint {
  const host = registryHost(named)
  const { hostname, port } = new URL(`https://${host}`)
  const isLoopback = isLoopbackHost(hostname)
  return {
    kind: 'registry',
    base: `${isLoopback && host.endsWith(':80') ? 'http' : 'https'}://${host}/v2`,
    host,
    mayFallBack: isLoopback && port !== '',
  }
}

/**
 * A mirror. As containerd does, `/v2` is added to its path, unless the path has it already (a registry that
 * serves its mirror under `/v2/<project>`).
 */
export function mirrorEndpoint(url: string, namespace: string): Endpoint {
  const { protocol, host, pathname } = new URL(url)
  const path = pathname.replace(/\/+$/, '')
  const hasVersion = /\/v2(?:\/|$)/.test(path)
  return {
    kind: 'mirror',
    base: `${protocol}//${host}${path}${hasVersion ? '' : '/v2'}`,
    host,
    namespace,
    mayFallBack: false,
  }
}

/** The URL of a manifest or blob. */
export function contentUrl(endpoint: Endpoint, path: string, kind: 'manifests' | 'blobs', name: string): URL {
  const url = new URL(`${endpoint.base}/${path}/${kind}/${name}`)
  if (endpoint.namespace !== undefined) url.searchParams.set('ns', endpoint.namespace)
  return url
}

/** What messages call the repository at an endpoint. */
export function endpointRepository(endpoint: Endpoint, named: Named): string {
  return endpoint.kind === 'registry' ? named.path : repositoryName(named)
}
