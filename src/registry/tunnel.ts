import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Socket } from 'node:net'
import { RegistryFailure } from './failure.ts'
import { proxyAuthorization } from './proxy.ts'
import { redactUrl } from './redact.ts'

/**
 * Opens a tunnel through a proxy (RFC 9110, 9.3.6).
 *
 * @param target host and port
 * @param timeout in milliseconds
 * @throws {RegistryFailure} REGISTRY_PROXY_FAILED
 */
export function openTunnel(proxy: URL, target: string, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string, cause?: Error): void =>
      reject(
        new RegistryFailure(
          'REGISTRY_PROXY_FAILED',
          { proxy: redactUrl(proxy), reason },
          { cause, isTemporary: cause !== undefined },
        ),
      )
    const authorization = proxyAuthorization(proxy)
    const send = proxy.protocol === 'https:' ? secureRequest : request
    const asking = send({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...(authorization && { 'proxy-authorization': authorization }) },
      agent: false,
      timeout,
    })
    asking.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      failed(`it answered with status ${answer.statusCode}`)
    })
    asking.on('response', (answer) => {
      answer.destroy()
      failed(`it answered with status ${answer.statusCode}`)
    })
    asking.on('timeout', () => asking.destroy(new Error('no answer')))
    asking.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message, error))
    asking.end()
  })
}
