import type { SecureContext } from 'node:tls'
import { UnsafeAddress } from '../errors/network.ts'
import { hostKind, isWithin, type Reach } from './address.ts'
import type { Target, Wire } from './http.ts'
import { plainWire } from './http1.ts'
import type { Limits } from './limits.ts'
import { type HttpProxy, proxyFor } from './proxy.ts'
import { forwardingWire } from './proxy-connection.ts'
import { addressFault } from './redirect.ts'
import { beginConnection, turn } from './tcp.ts'
import { type TlsSettings, trusting } from './tls.ts'
import { makeContext, type TlsOrigin, tlsOrigin } from './tls-origin.ts'

/** What it takes to find the way to hosts. */
export interface WireOptions {
  readonly limits: Limits
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Authorities that are trusted besides Node's, PEM: what `SSL_CERT_FILE` names. Read with the first TLS connection. */
  readonly authorities: () => Promise<readonly string[]>
}

/** The ways to hosts. */
export interface Wires {
  /**
   * What a request goes over, at once where that is there.
   *
   * @throws (or rejects with) what kept the connection from being made
   */
  readonly find: (target: Target) => Wire | Promise<Wire>
  /** Begins the connection that the next request there will wait for; if it fails, that request fails. */
  readonly open: (target: Target) => void
}

/**
 * Finds the way to a host: plain, in TLS with the settings for it, through the proxy that the environment names.
 * Requests that go the same way share its connections. Node's network modules are loaded when they are needed.
 */
export function wires(options: WireOptions): Wires {
  const secure = new Map<TlsSettings | undefined, Map<string, TlsOrigin | Promise<TlsOrigin>>>()
  const contexts = new Map<TlsSettings | undefined, SecureContext>()
  const plain = new Map<string, Wire>()
  let authorities: Promise<readonly string[]> | undefined

  const makeSecure = async (
    origin: URL,
    { tls, connectTimeout, reach }: Target,
    proxy: HttpProxy | undefined,
  ): Promise<TlsOrigin> => {
    // What speaks TLS is loaded while the host is being found: that takes it a round trip and more.
    const begun = proxy === undefined ? beginConnection(origin, reach) : undefined
    await turn()
    authorities ??= options.authorities()
    const context = contexts.get(tls) ?? makeContext(trusting(tls, await authorities))
    contexts.set(tls, context)
    const limits =
      connectTimeout === undefined ? options.limits : { ...options.limits, connect: connectTimeout }
    return tlsOrigin({ origin, tls, context, proxy, reach, begun, limits })
  }

  const proxyOf = ({ url, reach }: Target): HttpProxy | undefined => {
    const proxy = proxyFor(url, options.env)
    // A name is judged when it is resolved, and what is an address already is not resolved. A proxy does both itself.
    if (proxy === undefined && reach !== undefined) checkAddress(url, reach)
    return proxy
  }

  const findOrigin = async (target: Target): Promise<TlsOrigin> => {
    const { url, tls } = target
    const proxy = proxyOf(target)
    const origins = secure.get(tls) ?? new Map<string, TlsOrigin | Promise<TlsOrigin>>()
    secure.set(tls, origins)
    const key = originKey(target)
    const finding = origins.get(key) ?? makeSecure(new URL(url.origin), target, proxy)
    origins.set(key, finding)
    const origin = await finding
    origins.set(key, origin)
    return origin
  }

  const findSecure = async (target: Target): Promise<Wire> => {
    const origin = await findOrigin(target)
    return await (target.needsFresh === true ? origin.freshWire() : origin.wire())
  }

  const findPlain = (target: Target): Wire => {
    const proxy = proxyOf(target)
    const { reach, needsFresh = false } = target
    const key = `${proxy?.url.origin ?? reach ?? ''} ${needsFresh}`
    const { connections } = options.limits
    const common = { connections, keepAlive: !needsFresh }
    const found =
      plain.get(key) ??
      (proxy === undefined ? plainWire({ ...common, reach }) : forwardingWire(proxy, common))
    plain.set(key, found)
    return found
  }

  return {
    find: (target) => {
      if (target.url.protocol === 'http:') return findPlain(target)
      if (target.needsFresh === true) return findSecure(target)
      const known = secure.get(target.tls)?.get(originKey(target))
      return (known instanceof Promise ? undefined : known?.openWire) ?? findSecure(target)
    },
    open: (target) => {
      if (target.url.protocol === 'http:') return
      findOrigin(target).then(
        (origin) => origin.begin(),
        () => {}, // It is kept, and the next request gets it.
      )
    },
  }
}

/** Connections are shared by those who may reach the same. */
function originKey({ url, reach }: Target): string {
  return `${url.origin} ${reach ?? ''}`
}

function checkAddress(url: URL, reach: Reach): void {
  const kind = hostKind(url.hostname)
  if (kind !== undefined && !isWithin(kind, reach)) throw new UnsafeAddress(addressFault(kind))
}
