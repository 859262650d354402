import type { TLSSocket } from 'node:tls'
import type { Wire } from './http.ts'

/** One connection with a single request to carry. */
export interface OwnConnection {
  readonly socket: TLSSocket
  readonly wire: Wire
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
export function ownConnections(connect: () => Promise<OwnConnection>, limit: number): Wire {
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
      if (!isOver) events.failed(error, false)
    }
    const begin = (): void => {
      if (isOver) {
        release()
        return
      }
      events.connecting()
      connect().then(
        (own) => {
          own.socket.once('close', release)
          if (isOver || own.socket.destroyed) {
            own.socket.destroy()
            // Its end may have been told before anybody listened.
            if (own.socket.closed) release()
            return fail(own.socket.errored ?? new Error('the connection has gone'))
          }
          const failed = (error: NodeJS.ErrnoException): void => {
            own.socket.destroy()
            fail(error)
          }
          try {
            end = own.wire(request, headers, {
              connecting: events.connecting,
              sending: events.sending,
              answered: (status, received, body, address) => {
                body.once('close', own.close)
                events.answered(status, received, body, address)
              },
              failed,
            })
          } catch (error) {
            failed(error as Error)
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
