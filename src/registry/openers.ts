import type { ClientRequest } from 'node:http'
import type { HttpRequest } from './http.ts'
import type { Limits } from './limits.ts'
import { proxyAuthorization, proxyFor } from './proxy.ts'
import { type TlsSettings, trusting } from './tls.ts'

/** What it takes to find the way to hosts. */
export interface OpenerOptions {
  readonly limits: Limits
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Authorities that are trusted besides Node's, PEM: what `SSL_CERT_FILE` names. Read with the first TLS connection. */
  readonly authorities: () => Promise<readonly string[]>
}

/** Begins a request over a connection that is kept or opened for it. */
export type Open = (method: string, url: URL, headers: Readonly<Record<string, string>>) => ClientRequest

/**
 * Finds the way to a host: plain, in TLS with the settings for it, through the proxy that the environment names.
 * Requests that go the same way share its connections. `node:http` and `node:https` are loaded when they are needed.
 */
export function openers(
  options: OpenerOptions,
): (request: Pick<HttpRequest, 'url' | 'tls'>) => Promise<Open> {
  const secure = new Map<TlsSettings | undefined, Map<string, Promise<Open>>>()
  let plain: Promise<Open> | undefined
  let authorities: Promise<readonly string[]> | undefined

  const openPlain = async (): Promise<Open> => {
    const { Agent, request } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: options.limits.connections, scheduling: 'lifo' })
    return (method, url, headers) => request(url, { method, headers, agent })
  }

  const openSecure = async (tls: TlsSettings | undefined, proxy: URL | undefined): Promise<Open> => {
    authorities ??= options.authorities()
    const [{ request }, { secureAgent }, trusted] = await Promise.all([
      import('node:https'),
      import('./secure-agent.ts'),
      authorities,
    ])
    const agent = secureAgent({ tls: trusting(tls, trusted), proxy, limits: options.limits })
    return (method, url, headers) => request(url, { method, headers, agent })
  }

  return ({ url, tls }) => {
    const proxy = proxyFor(url, options.env)
    if (url.protocol === 'http:') {
      if (proxy !== undefined) return openForwarded(proxy)
      plain ??= openPlain()
      return plain
    }
    const byProxy = secure.get(tls) ?? new Map<string, Promise<Open>>()
    secure.set(tls, byProxy)
    const key = proxy?.href ?? ''
    const open = byProxy.get(key) ?? openSecure(tls, proxy)
    byProxy.set(key, open)
    return open
  }
}

/** A plain request is not tunnelled but handed to the proxy, with the whole URL as its target (RFC 9112, 3.2.2). */
async function openForwarded(proxy: URL): Promise<Open> {
  const { request } = proxy.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const authorization = proxyAuthorization(proxy)
  return (method, url, headers) =>
    request({
      method,
      protocol: proxy.protocol,
      hostname: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port,
      path: url.href,
      headers: {
        ...headers,
        host: url.host,
        ...(authorization && { 'proxy-authorization': authorization }),
      },
    })
}
