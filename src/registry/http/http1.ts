import { Agent, type ClientRequest, request } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { type AllowedAddresses, guardedLookup } from './address.ts'
import type { Connection } from './http.ts'

/** Begins a request over a connection that an agent keeps or opens for it. */
export type StartRequest = (
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
) => ClientRequest

/**
 * Requests over HTTP/1.1, each with a connection to itself for as long as it takes.
 *
 * @param isDirect whether connections go to the server itself, and not to a proxy
 */
export function http1Connection(open: StartRequest, isDirect: boolean): Connection {
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
    // Without a listener, Node would wait for an answer that does not come.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy()
      events.onError(new Error('it switched to a protocol that nobody asked for'), false)
    })
    // Whatever has become of a connection that was kept, nothing of this answer has come over it.
    outgoing.on('error', (error) => events.onError(error, outgoing.reusedSocket))
    outgoing.end(body)
    return () => outgoing.destroy()
  }
}

export interface PlainConnectionOptions {
  /** How many connections there are at most to one host. */
  readonly connections: number
  /** Whether connections are kept for the next request. */
  readonly keepAlive: boolean
  readonly allowedAddresses: AllowedAddresses | undefined
}

/** Plain HTTP, straight to the host that a request is for. */
export function plainConnection({
  connections,
  keepAlive,
  allowedAddresses,
}: PlainConnectionOptions): Connection {
  const agent = new Agent({
    keepAlive,
    maxSockets: connections,
    scheduling: 'lifo',
    ...(allowedAddresses && { lookup: guardedLookup(allowedAddresses) }),
  })
  return http1Connection((method, url, headers) => request(url, { method, headers, agent }), true)
}
