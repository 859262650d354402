import { type Named, type Reference, registryHost } from '../../reference/reference.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { isLoopbackHost } from '../http/address.ts'
import type { TlsSettings } from '../http/tls.ts'

/**
 * A server at which an image's tag or digest can be resolved: its own registry, or a mirror of it, with the settings
 * for it.
 */
export interface Endpoint {
  /** Whether this is the image's own registry or a mirror of it. */
  readonly kind: 'registry' | 'mirror'
  /**
   * The URL before `/<repository>/manifests/<tag>`, without a slash at the end: `https://ghcr.io/v2`; a mirror may
   * have a path before or after `/v2`.
   */
  readonly base: string
  /** The server's host and port, by which credentials are looked up; also for messages. */
  readonly host: string
  /** The repository at this endpoint; absent if it is the one in the image's reference. */
  readonly path?: string | undefined
  /** The reference to resolve here; absent if it is the image's own. */
  readonly reference?: Reference | undefined
  /** The registry that a mirror replaces, such as `docker.io`, sent as containerd's `?ns=`; absent to send none. */
  readonly namespace?: string | undefined
  /** Whether to fall back to plain HTTP if the server does not speak TLS. */
  readonly mayFallBackToHttp: boolean
  /** Certificates and verification; absent for the defaults. */
  readonly tls?: TlsSettings | undefined
  /** In milliseconds; absent for `Limits.connectTimeout`. */
  readonly connectTimeout?: number | undefined
  /** Whether to send only anonymous requests, since the file that names this mirror is not trusted with credentials. */
  readonly anonymous?: boolean | undefined
  /**
   * Additional headers of requests for manifests and blobs, by lower-case name; sent neither to redirect targets of
   * another origin nor to token servers.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A mirror from the command line. It replaces the registry: if it fails, the registry itself is not contacted. */
export interface Mirror {
  /** The registry that the mirror replaces, such as `docker.io`; `*` for every registry. */
  readonly host: string
  /** The mirror's URL; `http:` means plain HTTP. */
  readonly url: string
}

/**
 * The endpoint of the registry in a reference, over HTTPS. Like in containerd, a loopback host is contacted over plain
 * HTTP on port 80, and may fall back to plain HTTP on any other explicit port except 443.
 *
 * @throws {RegistryError} REGISTRY_HOST_UNKNOWN if host and port do not form a URL, as with port 99999
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
 * The endpoint of a mirror, which is sent `namespace` as `?ns=`. As in containerd, `/v2` is appended to the URL's path
 * unless it is a segment of the path (a registry that serves its mirror under `/v2/<project>`); slashes at the end and
 * a query are dropped.
 *
 * @param url the mirror's http or https URL; an invalid one is a TypeError
 * @param namespace the registry that the mirror replaces, such as `docker.io`
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

/**
 * The URL of a manifest, a blob, or a list of referrers at an endpoint, with `?ns=` if the endpoint has a namespace.
 *
 * @param named the image's reference; its path is used unless the endpoint has one
 * @param name the tag or digest
 */
export function contentUrl(
  endpoint: Endpoint,
  named: Named,
  kind: 'manifests' | 'blobs' | 'referrers',
  name: string,
): URL {
  const url = new URL(`${endpoint.base}/${endpoint.path ?? named.path}/${kind}/${name}`)
  if (endpoint.namespace !== undefined) url.searchParams.set('ns', endpoint.namespace)
  return url
}

/**
 * The name of an image's repository at an endpoint: `endpoint.path`, or the path in the image's reference. It has no
 * host and tag, and no path of a mirror's URL: `library/nginx`.
 *
 * @param named the image's reference
 */
export function endpointRepository(endpoint: Endpoint, named: Named): string {
  return endpoint.path ?? named.path
}
