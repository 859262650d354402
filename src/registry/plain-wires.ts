// A file of its own, loaded when something plain is asked: `import('node:http')` would do, but what it makes of a built-in
// module reads every export, and one of them loads the whole of undici (15 ms).
import { Agent, request } from 'node:http'
import { http1Wire } from './http1-wire.ts'
import { proxyAuthorization } from './proxy.ts'
import type { Wire } from './wire.ts'

/**
 * Plain HTTP, straight to whatever host a request is for.
 *
 * @param connections how many are kept to one host
 */
export function plainWire(connections: number): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'lifo' })
  return http1Wire((method, url, headers) => request(url, { method, headers, agent }))
}

/** A plain request is not tunnelled but handed to the proxy, with the whole URL as its target (RFC 9112, 3.2.2). */
export async function forwardingWire(proxy: URL): Promise<Wire> {
  const open = proxy.protocol === 'https:' ? (await import('node:https')).request : request
  const authorization = proxyAuthorization(proxy)
  return http1Wire((method, url, headers) =>
    open({
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
    }),
  )
}
