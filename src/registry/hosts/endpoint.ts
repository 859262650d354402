import { type Named, type Reference, registryHost } from '../../reference/reference.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { isLoopbackHost } from '../http/address.ts'
import type { TlsSettings } from '../http/tls.ts'

/** A place that can be asked for a repository: its own registry, or a mirror of it. */
export interface Endpoint {
  readonly kind: 'registry' | 'mirror'
  /** The URL that `/<repository>/manifests/<tag>` is added to; it ends in `/v2`, or in a mirror's path after that. */
  readonly base: string
  /** Host and port, as credentials are looked up by and messages name it. */
  readonly host: string
  /** The repository's path there; absent where it is the same as at the registry. */
  readonly path?: string
  /** What is asked for there, where tag or digest may be other ones than the image's own. */
  readonly reference?: Reference
  /** What a mirror is told that it stands in for: containerd's `?ns=`. */
  readonly namespace?: string
  /** Whether plain HTTP is tried where the host turns out not to speak TLS. */
  readonly mayFallBackToHttp: boolean
  readonly tls?: TlsSettings
  /** How long a connection may take, in milliseconds, where that is other than the limit. */
  readonly connectTimeout?: number
  /** Whether no stored credential may go there, since nobody whom the user trusts with one names it. */
  readonly anonymous?: boolean
  /** Sent with every request to it, and to nobody else. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A mirror as the user declares it: asked instead of a registry. */
export interface Mirror {
  /** The registry that it stands in for, such as `docker.io`; `*` for every one. */
  readonly host: string
  /** Where it is; `http:` says that plain HTTP is meant. */
  readonly url: string
}

/**
 * The registry that a reference names. Plain HTTP is for loopback hosts alone.
 *
 * @throws {RegistryError} REGISTRY_HOST_UNKNOWN where no host can have that name: references may have port 99999
 */
export function registryEndpoint(named: Named): Endpoint {
  const host = registryHost(named)
  const url = URL.parse(`https://${host}`)
  if (url === null) {
    throw new RegistryError('REGISTRY_HOST_UNKNOWN', { host, reason: 'no host can have that name' })
  }
  const { hostname, port } = url
  const isLoopback = isLoopbackHost(hostname)
  return {
    kind: 'registry',
    base: `${isLoopback && port === '80' ? 'http' : 'https'}://${host}/v2`,
    host,
    mayFallBackToHttp: isLoopback && port !== '' && port !== '80',
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
    mayFallBackToHttp: false,
  }
}

/** The URL of a manifest or blob. */
export function contentUrl(endpoint: Endpoint, named: Named, kind: 'manifests' | 'blobs', name: string): URL {
  const url = new URL(`${endpoint.base}/${endpoint.path ?? named.path}/${kind}/${name}`)
  if (endpoint.namespace !== undefined) url.searchParams.set('ns', endpoint.namespace)
  return url
}

/** What messages call the repository at an endpoint. */
export function endpointRepository(endpoint: Endpoint, named: Named): string {
  return endpoint.path ?? named.path
}
