import type { TLSSocket } from 'node:tls'
import type { Connection } from './http.ts'

/** One connection with a single request to carry. */
export interface SingleUseConnection {
  readonly socket: TLSSocket
  readonly connection: Connection
  /** Ends it when the request has ended. */
  readonly close: () => void
}

/**
 * Gives every request a connection of its own. Requests that were lost go again this way: over a connection that they
 * share, each would be lost again with any other.
 *
 * @param connect makes a connection
 * @param limit how many there are at a time; what comes on top waits
 */
export function singleUseConnections(connect: () => Promise<SingleUseConnection>, limit: number): Connection {
  const waiting: (() => void)[] = []
  let free = limit
  const release = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return (request, headers, events) => {
    let isOver = false
    let end = (): void => {}
    const fail = (error: NodeJS.ErrnoException): void => {
      if (!isOver) events.onError(error, false)
    }
    const begin = (): void => {
      if (isOver) {
        release()
        return
      }
      events.onConnecting()
      connect().then(
        (own) => {
          own.socket.once('close', release)
          if (isOver || own.socket.destroyed) {
            own.socket.destroy()
            // Its end may have been told before anybody listened.
            if (own.socket.closed) release()
            return fail(own.socket.errored ?? new Error('the connection has gone'))
          }
          const onError = (error: NodeJS.ErrnoException): void => {
            own.socket.destroy()
            fail(error)
          }
          try {
            end = own.connection(request, headers, {
              onConnecting: events.onConnecting,
              onSending: events.onSending,
              onResponse: (status, received, body, address) => {
                body.once('close', own.close)
                events.onResponse(status, received, body, address)
              },
              onError,
            })
          } catch (error) {
            onError(error as Error)
          }
        },
        (error: Error) => {
          release()
          fail(error)
        },
      )
    }
    if (free > 0) {
      free--
      begin()
    } else waiting.push(begin)
    return () => {
      isOver = true
      end()
    }
  }
}
