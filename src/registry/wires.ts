import type { SecureContext } from 'node:tls'
import type { HttpRequest } from './http.ts'
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

/**
 * Finds the way to a host: plain, in TLS with the settings for it, through the proxy that the environment names.
 * Requests that go the same way share its connections. Node's network modules are loaded when they are needed.
 *
 * @returns what a request goes over; it rejects with a RegistryFailure where there is no way
 */
export function wires(options: WireOptions): (request: Pick<HttpRequest, 'url' | 'tls'>) => Promise<Wire> {
  const secure = new Map<TlsSettings | undefined, Map<string, Promise<SecureOrigin>>>()
  const contexts = new Map<TlsSettings | undefined, SecureContext>()
  let plain: Wire | undefined
  let authorities: Promise<readonly string[]> | undefined

  const makeSecure = async (
    origin: URL,
    tls: TlsSettings | undefined,
    proxy: URL | undefined,
  ): Promise<SecureOrigin> => {
    // What speaks TLS is loaded while the host is being found: that takes it a round trip and more.
    const begun = proxy === undefined ? beginConnection(origin) : undefined
    authorities ??= options.authorities()
    await turn()
    const [{ SecureOrigin, makeContext }, trusted] = await Promise.all([
      import('./secure-origin.ts'),
      authorities,
    ])
    const context = contexts.get(tls) ?? makeContext(trusting(tls, trusted))
    contexts.set(tls, context)
    return new SecureOrigin({ origin, tls, context, proxy, begun, limits: options.limits })
  }

  return async ({ url, tls }) => {
    const proxy = proxyFor(url, options.env)
    if (url.protocol === 'http:') {
      const { plainWire, forwardingWire } = await import('./plain-wires.ts')
      if (proxy !== undefined) return await forwardingWire(proxy)
      plain ??= plainWire(options.limits.connections)
      return plain
    }
    const origins = secure.get(tls) ?? new Map<string, Promise<SecureOrigin>>()
    secure.set(tls, origins)
    const origin = origins.get(url.origin) ?? makeSecure(new URL(url.origin), tls, proxy)
    origins.set(url.origin, origin)
    return await (await origin).wire()
  }
}
