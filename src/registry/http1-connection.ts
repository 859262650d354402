import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { http1Wire } from './http1-wire.ts'
import type { Wire } from './wire.ts'

/**
 * Speaks HTTP/1.1 over TLS connections, of which the first is there already.
 *
 * @param another opens one more
 * @param maxSockets how many there are at most
 */
export function http1Connection(
  first: TLSSocket,
  another: () => TLSSocket | Promise<TLSSocket>,
  maxSockets: number,
): Wire {
  const agent = new FirstAgent(first, another, maxSockets)
  return http1Wire((method, url, headers) => request(url, { method, headers, agent }))
}

/** An agent that is given its first connection, and opens the others in the same way. */
class FirstAgent extends Agent {
  #first: TLSSocket | undefined
  readonly #another: () => TLSSocket | Promise<TLSSocket>

  constructor(first: TLSSocket, another: () => TLSSocket | Promise<TLSSocket>, maxSockets: number) {
    super({ keepAlive: true, maxSockets, scheduling: 'lifo' })
    this.#first = first
    this.#another = another
    // Between being made and being used it may be closed by the other side.
    first.once('error', () => {})
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
