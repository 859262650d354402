import { Agent, type ClientRequest, request } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { guardedLookup, type Reach } from './address.ts'
import type { Wire } from './http.ts'

/** Begins a request over a connection that an agent keeps or opens for it. */
export type Open = (method: string, url: URL, headers: Readonly<Record<string, string>>) => ClientRequest

/**
 * Requests over HTTP/1.1, each with a connection to itself for as long as it takes.
 *
 * @param isDirect whether connections go to the server itself, and not to a proxy
 */
export function http1Wire(open: Open, isDirect: boolean): Wire {
  return ({ method, url, body, onAlone }, headers, events) => {
    onAlone?.()
    const outgoing = open(method, url, headers)
    let remoteAddress: string | undefined
    outgoing.on('socket', (socket) => {
      const sending = (): void => {
        if (isDirect) remoteAddress = socket.remoteAddress
        events.sending()
      }
      if (!socket.connecting) return sending()
      events.connecting()
      socket.once((socket as TLSSocket).encrypted === true ? 'secureConnect' : 'connect', sending)
    })
    outgoing.on('response', (incoming) => {
      events.answered(incoming.statusCode ?? 0, incoming.headersDistinct, incoming, remoteAddress)
    })
    // Without a listener, Node would wait for an answer that does not come.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy()
      events.failed(new Error('it switched to a protocol that nobody asked for'), false)
    })
    // Whatever has become of a connection that was kept, nothing of this answer has come over it.
    outgoing.on('error', (error) => events.failed(error, outgoing.reusedSocket))
    outgoing.end(body)
    return () => outgoing.destroy()
  }
}

export interface PlainWireOptions {
  /** How many connections there are at most to one host. */
  readonly connections: number
  /** Whether connections are kept for the next request. */
  readonly keepAlive: boolean
  readonly reach: Reach | undefined
}

/** Plain HTTP, straight to the host that a request is for. */
export function plainWire({ connections, keepAlive, reach }: PlainWireOptions): Wire {
  const agent = new Agent({
    keepAlive,
    maxSockets: connections,
    scheduling: 'lifo',
    ...(reach && { lookup: guardedLookup(reach) }),
  })
  return http1Wire((method, url, headers) => request(url, { method, headers, agent }), true)
}
