import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Wire } from './http.ts'
import { http1Wire } from './http1.ts'

export interface Http1ConnectionOptions {
  /** A connection that is there already. */
  readonly first?: TLSSocket
  /** Opens one more. */
  readonly another: () => TLSSocket | Promise<TLSSocket>
  /** How many there are at most. */
  readonly maxSockets: number
  /** Whether they are kept for the next request. */
  readonly keepAlive: boolean
  /** Whether they go to the server itself, and not to a proxy. */
  readonly isDirect: boolean
}

/** Speaks HTTP/1.1 over TLS connections. */
export function http1Connection(options: Http1ConnectionOptions): Wire {
  const agent = new FirstAgent(options)
  return http1Wire((method, url, headers) => request(url, { method, headers, agent }), options.isDirect)
}

/** An agent that is given its first connection, and opens the others in the same way. */
class FirstAgent extends Agent {
  #first: TLSSocket | undefined
  readonly #another: () => TLSSocket | Promise<TLSSocket>

  constructor({ first, another, maxSockets, keepAlive }: Http1ConnectionOptions) {
    super({ keepAlive, maxSockets, scheduling: 'lifo' })
    this.#first = first
    this.#another = another
    // Between being made and being used it may be closed by the other side.
    first?.on('error', () => {})
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
