import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { HostSender } from './http.ts'
import { http1Sender } from './http1.ts'

/** The TLS sockets of an `http1TlsSender`. */
export interface Http1TlsOptions {
  /** A socket that is open already, for the first request. */
  readonly firstSocket?: TLSSocket
  /** Opens one more socket. */
  readonly openSocket: () => TLSSocket | Promise<TLSSocket>
  /** The maximum number of sockets; more requests wait. */
  readonly maxSockets: number
  /** Whether sockets are kept open for later requests. */
  readonly keepAlive: boolean
  /** Whether sockets go to the server itself, not to a proxy. */
  readonly isDirect: boolean
}

/**
 * Creates a sender for HTTP/1.1 over TLS. It opens sockets as requests need them; the first request uses `firstSocket`,
 * unless that was closed meanwhile.
 */
export function http1TlsSender(options: Http1TlsOptions): HostSender {
  const agent = new SeededAgent(options)
  return http1Sender((method, url, headers) => request(url, { method, headers, agent }), options.isDirect)
}

/** An agent that starts with an open socket. */
class SeededAgent extends Agent {
  #first: TLSSocket | undefined
  readonly #another: () => TLSSocket | Promise<TLSSocket>

  constructor({ firstSocket, openSocket, maxSockets, keepAlive }: Http1TlsOptions) {
    super({ keepAlive, maxSockets, scheduling: 'lifo' })
    this.#first = firstSocket
    this.#another = openSocket
    // The server may close it before it is used.
    firstSocket?.on('error', () => {})
  }

  override createConnection(
    ...[, callback]: Parameters<Agent['createConnection']>
  ): ReturnType<Agent['createConnection']> {
    const first = this.#first
    this.#first = undefined
    if (first !== undefined && !first.destroyed) return first.ref()
    const socket = this.#another()
    if (!(socket instanceof Promise)) return socket
    socket.then(
      (connected) => callback?.(null, connected.ref()),
      // The types require a socket even with an error.
      (error: Error) => callback?.(error, undefined as never),
    )
    return undefined
  }
}
