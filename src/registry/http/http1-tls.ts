import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Connection } from './http.ts'
import { http1Connection } from './http1.ts'

export interface Http1TlsOptions {
  /** A connection that is there already. */
  readonly firstSocket?: TLSSocket
  /** Opens one more. */
  readonly openSocket: () => TLSSocket | Promise<TLSSocket>
  /** How many there are at most. */
  readonly maxSockets: number
  /** Whether they are kept for the next request. */
  readonly keepAlive: boolean
  /** Whether they go to the server itself, and not to a proxy. */
  readonly isDirect: boolean
}

/** Speaks HTTP/1.1 over TLS connections. */
export function http1TlsConnection(options: Http1TlsOptions): Connection {
  const agent = new SeededAgent(options)
  return http1Connection((method, url, headers) => request(url, { method, headers, agent }), options.isDirect)
}

/** An agent that is given its first connection, and opens the others in the same way. */
class SeededAgent extends Agent {
  #first: TLSSocket | undefined
  readonly #another: () => TLSSocket | Promise<TLSSocket>

  constructor({ firstSocket, openSocket, maxSockets, keepAlive }: Http1TlsOptions) {
    super({ keepAlive, maxSockets, scheduling: 'lifo' })
    this.#first = firstSocket
    this.#another = openSocket
    // Between being made and being used it may be closed by the other side.
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
      // The types want a connection even where there is none.
      (error: Error) => callback?.(error, undefined as never),
    )
    return undefined
  }
}
