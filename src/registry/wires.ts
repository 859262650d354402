import type { SecureContext } from 'node:tls'
import type { Target } from './http.ts'
import type { Limits } from './limits.ts'
import { proxyFor } from './proxy.ts'
import type { SecureOrigin } from './secure-origin.ts'
import { beginConnection } from './tcp.ts'
import { type TlsSettings, trusting } from './tls.ts'
import { turn } from './turn.ts'
import type { Wire } from './wire.ts'

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
   * @throws {RegistryFailure} (or rejects with one) where there is no way
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
  const secure = new Map<TlsSettings | undefined, Map<string, SecureOrigin | Promise<SecureOrigin>>>()
  const contexts = new Map<TlsSettings | undefined, SecureContext>()
  let plain: Wire | undefined
  let authorities: Promise<readonly string[]> | undefined

  const makeSecure = async (
    origin: URL,
    { tls, connectTimeout }: Target,
    proxy: URL | undefined,
  ): Promise<SecureOrigin> => {
    // What speaks TLS is loaded while the host is being found: that takes it a round trip and more.
    const begun = proxy === undefined ? beginConnection(origin) : undefined
    await turn()
    authorities ??= options.authorities()
    const [{ SecureOrigin, makeContext }, trusted] = await Promise.all([
      import('./secure-origin.ts'),
      authorities,
    ])
    const context = contexts.get(tls) ?? makeContext(trusting(tls, trusted))
    contexts.set(tls, context)
    const limits =
      connectTimeout === undefined ? options.limits : { ...options.limits, connect: connectTimeout }
    return new SecureOrigin({ origin, tls, context, proxy, begun, limits })
  }

  const findOrigin = async (target: Target): Promise<SecureOrigin> => {
    const { url, tls } = target
    const proxy = proxyFor(url, options.env)
    const origins = secure.get(tls) ?? new Map<string, SecureOrigin | Promise<SecureOrigin>>()
    secure.set(tls, origins)
    const finding = origins.get(url.origin) ?? makeSecure(new URL(url.origin), target, proxy)
    origins.set(url.origin, finding)
    const origin = await finding
    origins.set(url.origin, origin)
    return origin
  }

  const findSecure = async (target: Target): Promise<Wire> => await (await findOrigin(target)).wire()

  const findPlain = async (url: URL): Promise<Wire> => {
    const proxy = proxyFor(url, options.env)
    const { plainWire, forwardingWire } = await import('./plain-wires.ts')
    if (proxy !== undefined) return await forwardingWire(proxy)
    plain ??= plainWire(options.limits.connections)
    return plain
  }

  return {
    find: (target) => {
      if (target.url.protocol === 'http:') return findPlain(target.url)
      const known = secure.get(target.tls)?.get(target.url.origin)
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
