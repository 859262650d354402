import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { bareHostname, effectivePort } from '../../reference/server-url.ts'
import { sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { HostSender } from './http.ts'
import { http1Sender } from './http1.ts'
import type { HttpProxy } from './proxy.ts'

/**
 * Opens a tunnel through a proxy with CONNECT (RFC 9110, 9.3.6), with the proxy's credentials.
 *
 * @param target the server's host and port: `ghcr.io:443`
 * @param timeout for connecting to the proxy and its response together, in milliseconds
 * @returns a socket to the server, which does not keep the process alive
 * @throws {RegistryError} REGISTRY_PROXY_FAILED; temporary unless the proxy's response has another status than 200
 */
export function openTunnel(proxy: HttpProxy, target: string, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string, cause?: Error): void => reject(proxyError(proxy, reason, cause))
    const { authorization } = proxy
    const send = proxy.url.protocol === 'https:' ? httpsRequest : httpRequest
    const connectRequest = send({
      method: 'CONNECT',
      ...addressOf(proxy),
      path: target,
      headers: { host: target, ...(authorization && { 'proxy-authorization': authorization }) },
      agent: false,
    })
    // A limit for the whole exchange, since a proxy may send one byte every second. Neither it nor the socket keeps
    // the process alive.
    const tooLate = setTimeout(() => connectRequest.destroy(new Error('no answer')), timeout).unref()
    connectRequest.on('socket', (socket) => socket.unref())
    connectRequest.on('close', () => clearTimeout(tooLate))
    connectRequest.on('connect', (response, socket, head) => {
      clearTimeout(tooLate)
      // Ignored until TLS takes over the socket.
      socket.on('error', () => {})
      // Bytes after the response belong to TLS.
      if (head.length > 0) socket.unshift(head)
      if (response.statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      failed(`it answered with status ${response.statusCode}`)
    })
    connectRequest.on('response', (response) => {
      response.destroy()
      failed(`it answered with status ${response.statusCode}`)
    })
    connectRequest.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message, error))
    connectRequest.end()
  })
}

/**
 * Creates a sender for plain HTTP through a proxy, which gets requests with the whole URL (RFC 9112, 3.2.2) and the
 * proxy's credentials, and forwards them to any host. An error before a request was sent (temporary) and the status 407
 * (final) are reported as REGISTRY_PROXY_FAILED.
 *
 * @param options the maximum number of connections to the proxy, and whether they are kept open for later requests
 */
export function forwardingSender(
  proxy: HttpProxy,
  { maxConnections, keepAlive }: { readonly maxConnections: number; readonly keepAlive: boolean },
): HostSender {
  const isSecure = proxy.url.protocol === 'https:'
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({
    keepAlive,
    maxSockets: maxConnections,
    scheduling: 'lifo',
  })
  const { authorization } = proxy
  const send = http1Sender(
    (method, url, headers) =>
      (isSecure ? httpsRequest : httpRequest)({
        agent,
        method,
        protocol: proxy.url.protocol,
        ...addressOf(proxy),
        path: url.href,
        headers: {
          ...headers,
          host: url.host,
          ...(authorization && { 'proxy-authorization': authorization }),
        },
      }),
    false,
  )
  return (request, headers, events) => {
    let isHandedOver = false
    const fail = (reason: string, cause?: Error): void =>
      events.onError(proxyError(proxy, reason, cause), false)
    return send(request, headers, {
      onConnecting: events.onConnecting,
      onSending: () => {
        isHandedOver = true
        events.onSending()
      },
      onResponse: (status, received, body, address) => {
        if (status !== 407) return events.onResponse(status, received, body, address)
        body.on('error', () => {}).resume()
        fail('it answered with status 407')
      },
      onError: (error, mayRetryAtOnce) => {
        if (isHandedOver) events.onError(error, mayRetryAtOnce)
        else fail(error.code ?? error.message, error)
      },
    })
  }
}

/** The error of a proxy; it is temporary if there was no response. */
function proxyError({ url }: HttpProxy, reason: string, cause?: Error): RegistryError {
  return new RegistryError(
    'REGISTRY_PROXY_FAILED',
    { proxy: url.origin, reason: sanitize(reason) },
    { cause, isTemporary: cause !== undefined, server: { host: url.host, role: 'proxy' } },
  )
}

function addressOf({ url }: HttpProxy): { readonly hostname: string; readonly port: string } {
  return { hostname: bareHostname(url), port: effectivePort(url) }
}
