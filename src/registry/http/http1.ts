import { Agent, type ClientRequest, request } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { type AllowedAddresses, guardedLookup } from './address.ts'
import type { HostSender } from './http.ts'

/** Starts a request over a connection of an agent. */
export type StartRequest = (
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
) => ClientRequest

/**
 * Sends requests over HTTP/1.1, each on a connection of its own.
 *
 * @param isDirect whether connections go to the server itself, not to a proxy
 */
export function http1Sender(open: StartRequest, isDirect: boolean): HostSender {
  return ({ method, url, body, releaseWaiting }, headers, events) => {
    releaseWaiting?.()
    const outgoing = open(method, url, headers)
    let remoteAddress: string | undefined
    outgoing.on('socket', (socket) => {
      const sending = (): void => {
        if (isDirect) remoteAddress = socket.remoteAddress
        events.onSending()
      }
      if (!socket.connecting) return sending()
      events.onConnecting()
      socket.once((socket as TLSSocket).encrypted === true ? 'secureConnect' : 'connect', sending)
    })
    outgoing.on('response', (incoming) => {
      events.onResponse(incoming.statusCode ?? 0, incoming.headersDistinct, incoming, remoteAddress)
    })
    // Without a listener, Node would wait for a response forever.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy()
      events.onError(new Error('it switched protocols without a request to do so'), false)
    })
    // On a reused connection that failed, nothing of this response has arrived.
    outgoing.on('error', (error) => events.onError(error, outgoing.reusedSocket))
    outgoing.end(body)
    return () => outgoing.destroy()
  }
}

export interface PlainHttpOptions {
  /** The maximum number of connections to one host. */
  readonly maxConnections: number
  /** Whether connections are kept for the next request. */
  readonly keepAlive: boolean
  readonly allowedAddresses: AllowedAddresses | undefined
}

/** Plain HTTP, without a proxy. */
export function plainHttpSender({
  maxConnections,
  keepAlive,
  allowedAddresses,
}: PlainHttpOptions): HostSender {
  const agent = new Agent({
    keepAlive,
    maxSockets: maxConnections,
    scheduling: 'lifo',
    ...(allowedAddresses && { lookup: guardedLookup(allowedAddresses) }),
  })
  return http1Sender((method, url, headers) => request(url, { method, headers, agent }), true)
}
