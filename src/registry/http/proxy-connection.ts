import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Socket } from 'node:net'
import { cleanText } from '../errors/redact.ts'
import { RegistryFailure } from '../errors/registry-error.ts'
import { type HttpProxy, proxyHost } from './proxy.ts'

/**
 * Opens a tunnel through a proxy (RFC 9110, 9.3.6).
 *
 * @param target host and port
 * @param timeout in milliseconds
 * @throws {RegistryFailure} REGISTRY_PROXY_FAILED
 */
export function openTunnel(proxy: HttpProxy, target: string, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string, cause?: Error): void => reject(proxyFailure(proxy, reason, cause))
    const { authorization } = proxy
    const send = proxy.url.protocol === 'https:' ? secureRequest : request
    const asking = send({
      method: 'CONNECT',
      ...proxyHost(proxy),
      path: target,
      headers: { host: target, ...(authorization && { 'proxy-authorization': authorization }) },
      agent: false,
    })
    // Over all of it, and not between two bytes: a proxy may send one every second. Neither keeps the process alive.
    const tooLate = setTimeout(() => asking.destroy(new Error('no answer')), timeout).unref()
    asking.on('socket', (socket) => socket.unref())
    asking.on('close', () => clearTimeout(tooLate))
    asking.on('connect', (answer, socket, head) => {
      clearTimeout(tooLate)
      // Until TLS takes it over, it may be cut unheard.
      socket.on('error', () => {})
      // What came along with the answer belongs to TLS.
      if (head.length > 0) socket.unshift(head)
      if (answer.statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      failed(`it answered with status ${answer.statusCode}`)
    })
    asking.on('response', (answer) => {
      answer.destroy()
      failed(`it answered with status ${answer.statusCode}`)
    })
    asking.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message, error))
    asking.end()
  })
}

/** The failure of a proxy; asking again may help where there was no answer. */
export function proxyFailure({ url }: HttpProxy, reason: string, cause?: Error): RegistryFailure {
  return new RegistryFailure(
    'REGISTRY_PROXY_FAILED',
    { proxy: url.origin, reason: cleanText(reason) },
    { cause, isTemporary: cause !== undefined, server: { host: url.host, role: 'proxy' } },
  )
}
