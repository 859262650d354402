import { Agent, type ClientRequest, request } from 'node:http'
import type { TLSSocket } from 'node:tls'
import {
  type AddressKind,
  type AllowedAddresses,
  addressKind,
  guardedLookup,
  sharedLookup,
} from './address.ts'
import type { HostSender } from './http.ts'
import { type ObserveConnection, observeSocket } from './observation.ts'

/** Creates an HTTP/1.1 request with Node's `http` or `https`; its body is still to be sent. */
export type StartRequest = (
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
) => ClientRequest

/**
 * Creates a sender for HTTP/1.1. Requests at the same time use different connections, which Node's agent opens and
 * reuses; so each request first calls its `releaseWaiting`. An error on a reused connection may be retried at once; a
 * switch of protocols is an error.
 *
 * @param start creates a request that uses the agent
 * @param isDirect whether connections go to the server itself, not to a proxy; only then `onResponse` gets an address
 */
export function http1Sender(start: StartRequest, isDirect: boolean): HostSender {
  return ({ method, url, body, releaseWaiting }, headers, events) => {
    releaseWaiting?.()
    const outgoing = start(method, url, headers)
    let address: AddressKind | undefined
    outgoing.on('socket', (socket) => {
      const sending = (): void => {
        if (isDirect && socket.remoteAddress !== undefined) address = addressKind(socket.remoteAddress)
        events.onSending()
      }
      if (!socket.connecting) return sending()
      events.onConnecting()
      socket.once((socket as TLSSocket).encrypted === true ? 'secureConnect' : 'connect', sending)
    })
    outgoing.on('response', (incoming) => {
      events.onResponse(incoming.statusCode ?? 0, incoming.headersDistinct, incoming, address)
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

/** The connections of a `plainHttpSender`. */
export interface PlainHttpOptions {
  /** The maximum number of connections to one host; more requests wait. */
  readonly maxConnections: number
  /** Whether connections are kept open for later requests. */
  readonly keepAlive: boolean
  /**
   * The IP addresses to which host names may resolve; undefined for any. A host that is an IP address is not checked.
   */
  readonly allowedAddresses: AllowedAddresses | undefined
  /** Takes lookups and connections. */
  readonly observe?: ObserveConnection | undefined
}

/** Creates a sender for plain HTTP without a proxy. It serves requests to any host. */
export function plainHttpSender({
  maxConnections,
  keepAlive,
  allowedAddresses,
  observe,
}: PlainHttpOptions): HostSender {
  const agent = new Agent({
    keepAlive,
    maxSockets: maxConnections,
    scheduling: 'lifo',
    lookup: allowedAddresses === undefined ? sharedLookup() : guardedLookup(allowedAddresses),
  })
  return http1Sender((method, url, headers) => {
    const outgoing = request(url, { method, headers, agent })
    if (observe !== undefined) {
      outgoing.once('socket', (socket) => {
        if (socket.connecting) observeSocket(socket, url.origin, observe)
      })
    }
    return outgoing
  }, true)
}
