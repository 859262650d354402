import { type Named, type Reference, registryHost } from '../../reference/reference.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { isLoopbackHost } from '../http/address.ts'
import type { TlsSettings } from '../http/tls.ts'

/** Where a repository can be resolved: its own registry, or a mirror of it. */
export interface Endpoint {
  readonly kind: 'registry' | 'mirror'
  /**
   * The URL to which `/<repository>/manifests/<tag>` is appended; it ends in `/v2`, or in a mirror's path after
   * that.
   */
  readonly base: string
  /** Host and port, for credentials and messages. */
  readonly host: string
  /** The repository's path at this endpoint; absent if it is the same as at the registry. */
  readonly path?: string | undefined
  /** The reference to resolve, if tag or digest may differ from the image's own. */
  readonly reference?: Reference | undefined
  /** The registry that a mirror replaces, sent as containerd's `?ns=`. */
  readonly namespace?: string | undefined
  /** Whether to fall back to plain HTTP if the host does not speak TLS. */
  readonly mayFallBackToHttp: boolean
  readonly tls?: TlsSettings | undefined
  /** The connect timeout in milliseconds, if it differs from the limit. */
  readonly connectTimeout?: number | undefined
  /** Whether no stored credential may be sent there, since its source is not trusted with one. */
  readonly anonymous?: boolean | undefined
  /** Sent with every request to this endpoint only. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A mirror from the command line, used instead of a registry. */
export interface Mirror {
  /** The registry that it replaces, such as `docker.io`; `*` for every one. */
  readonly host: string
  /** Its URL; `http:` means plain HTTP. */
  readonly url: string
}

/**
 * The endpoint of the registry that a reference names. Plain HTTP is for loopback hosts only.
 *
 * @throws {RegistryError} REGISTRY_HOST_UNKNOWN if the host's name is invalid, such as a port 99999 in a reference
 */
export function registryEndpoint(named: Named): Endpoint {
  const host = registryHost(named)
  const url = URL.parse(`https://${host}`)
  if (url === null) {
    throw new RegistryError('REGISTRY_HOST_UNKNOWN', { host, reason: 'this is not a valid host name' })
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
 * The endpoint of a mirror. As in containerd, `/v2` is appended to its path unless the path contains it (a registry
 * that serves its mirror under `/v2/<project>`).
 *
 * @param namespace the registry that the mirror replaces
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

/** The repository's path at an endpoint. */
export function endpointRepository(endpoint: Endpoint, named: Named): string {
  return endpoint.path ?? named.path
}
