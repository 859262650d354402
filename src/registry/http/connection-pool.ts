import type { SecureContext } from 'node:tls'
import { UnsafeAddressError } from '../errors/network.ts'
import { type AllowedAddresses, hostAddressKind, isAddressKindAllowed } from './address.ts'
import type { ConnectionTarget, HostSender } from './http.ts'
import { plainHttpSender } from './http1.ts'
import type { Limits } from './limits.ts'
import { type ObserveConnection, observeSocket } from './observation.ts'
import { type HttpProxy, proxyFromEnvironment } from './proxy.ts'
import { forwardingSender } from './proxy-connection.ts'
import { unsafeAddressReason } from './redirect.ts'
import { startConnecting, yieldToEventLoop } from './tcp.ts'
import { tlsNumbering, withExtraCAs } from './tls.ts'
import { createTlsContext, type TlsOrigin, tlsOrigin } from './tls-origin.ts'

/** What a connection pool uses. */
export interface ConnectionPoolOptions {
  /** `connectTimeout` and `maxConnections` are used. */
  readonly limits: Limits
  /**
   * The environment variables, of which those of `proxyFromEnvironment` are used: `HTTPS_PROXY`, `HTTP_PROXY` and
   * `NO_PROXY`, or the same in lower case, and `REQUEST_METHOD`.
   */
  readonly env: Readonly<Record<string, string | undefined>>
  /**
   * Reads CA certificates (PEM) to trust in addition to Node's and those in `tls`. Called once, before the first TLS
   * handshake; if it rejects, so does every request over TLS.
   */
  readonly caCertificates: () => Promise<readonly string[]>
  /** Takes lookups, connections and TLS handshakes, except those of connections to a proxy. */
  readonly observe?: ObserveConnection | undefined
}

/** The connections to all hosts, kept for later requests. */
export interface ConnectionPool {
  /**
   * Gets what sends a request: at once if a TLS connection is open or plain HTTP is used (which connects when sending),
   * otherwise a promise. With `needsNewConnection` its requests get connections of their own.
   *
   * @throws (or rejects with) the error of connecting; REGISTRY_PROXY_FAILED; an `UnsafeAddressError` if the address is
   *   not allowed; over TLS also the error of `caCertificates` or of a certificate in `tls`
   */
  readonly acquire: (target: ConnectionTarget) => HostSender | Promise<HostSender>
  /**
   * Starts to connect to a host over TLS, for the next request to it; does nothing for plain HTTP, or if a connection
   * was started before. If connecting fails, the next request gets the error.
   */
  readonly preconnect: (target: ConnectionTarget) => void
}

/**
 * Creates a pool of connections: over TLS or plain TCP, direct or through the proxy that the environment variables
 * name. Requests share connections if they have the same scheme, host and port, equal TLS settings and the same
 * allowed addresses; over TLS the first of them sets the `connectTimeout`. Requests over plain HTTP through a proxy
 * share connections to the proxy.
 */
export function connectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const tlsOrigins = new Map<string, TlsOrigin | Promise<TlsOrigin>>()
  const contexts = new Map<number, SecureContext>()
  const tlsNumber = tlsNumbering()
  const plainSenders = new Map<string, HostSender>()
  let caCertificates: Promise<readonly string[]> | undefined

  const createOrigin = async (
    origin: URL,
    { tls, connectTimeout, allowedAddresses }: ConnectionTarget,
    proxy: HttpProxy | undefined,
  ): Promise<TlsOrigin> => {
    // The code for TLS is loaded while the socket connects, which takes at least one round trip.
    const startedSocket = proxy === undefined ? startConnecting(origin, allowedAddresses) : undefined
    if (startedSocket !== undefined && options.observe !== undefined)
      observeSocket(startedSocket, origin.origin, options.observe)
    await yieldToEventLoop()
    caCertificates ??= options.caCertificates()
    const number = tlsNumber(tls)
    const context = contexts.get(number) ?? createTlsContext(withExtraCAs(tls, await caCertificates))
    contexts.set(number, context)
    const limits = connectTimeout === undefined ? options.limits : { ...options.limits, connectTimeout }
    const { observe } = options
    return tlsOrigin({ origin, tls, context, proxy, allowedAddresses, startedSocket, limits, observe })
  }

  const proxyOf = ({ url, allowedAddresses }: ConnectionTarget): HttpProxy | undefined => {
    const proxy = proxyFromEnvironment(url, options.env)
    // Names are checked when they are resolved; addresses are not resolved, so they are checked here. A proxy
    // resolves names itself.
    if (proxy === undefined && allowedAddresses !== undefined) checkAddress(url, allowedAddresses)
    return proxy
  }

  const findOrigin = async (target: ConnectionTarget): Promise<TlsOrigin> => {
    const proxy = proxyOf(target)
    const key = originKey(target)
    const finding = tlsOrigins.get(key) ?? createOrigin(new URL(target.url.origin), target, proxy)
    tlsOrigins.set(key, finding)
    const origin = await finding
    tlsOrigins.set(key, origin)
    return origin
  }

  /** Requests that may be sent to different addresses do not share connections. */
  const originKey = ({ url, tls, allowedAddresses }: ConnectionTarget): string =>
    `${tlsNumber(tls)} ${url.origin} ${allowedAddresses ?? ''}`

  const acquireTls = async (target: ConnectionTarget): Promise<HostSender> => {
    const origin = await findOrigin(target)
    return await (target.needsNewConnection === true ? origin.singleUseSender() : origin.sender())
  }

  const acquirePlain = (target: ConnectionTarget): HostSender => {
    const proxy = proxyOf(target)
    const { allowedAddresses, needsNewConnection = false } = target
    const key = `${proxy?.url.origin ?? allowedAddresses ?? ''} ${needsNewConnection}`
    const { maxConnections } = options.limits
    const common = { maxConnections, keepAlive: !needsNewConnection }
    const found =
      plainSenders.get(key) ??
      (proxy === undefined
        ? plainHttpSender({ ...common, allowedAddresses, observe: options.observe })
        : forwardingSender(proxy, common))
    plainSenders.set(key, found)
    return found
  }

  return {
    acquire: (target) => {
      if (target.url.protocol === 'http:') return acquirePlain(target)
      if (target.needsNewConnection === true) return acquireTls(target)
      const known = tlsOrigins.get(originKey(target))
      return (known instanceof Promise ? undefined : known?.openSender) ?? acquireTls(target)
    },
    preconnect: (target) => {
      if (target.url.protocol === 'http:') return
      findOrigin(target).then(
        (origin) => origin.connect(),
        () => {}, // The rejected promise is kept; the next request gets the error.
      )
    },
  }
}

function checkAddress(url: URL, allowedAddresses: AllowedAddresses): void {
  const kind = hostAddressKind(url.hostname)
  if (kind !== undefined && !isAddressKindAllowed(kind, allowedAddresses))
    throw new UnsafeAddressError(unsafeAddressReason(kind))
}
