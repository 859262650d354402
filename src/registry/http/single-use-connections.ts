import type { TLSSocket } from 'node:tls'
import type { HostSender } from './http.ts'

/** An open connection for a single request. */
export interface SingleUseConnection {
  readonly socket: TLSSocket
  /** Sends the request over this connection. */
  readonly send: HostSender
  /** Closes the connection. Called once the response has been read or given up. */
  readonly close: () => void
}

/**
 * Creates a sender that opens a new connection for each request and closes it afterwards; none of its errors may be
 * retried at once. It is for retries: if many requests failed because their HTTP/2 connection was closed, their retries
 * on one new connection could fail together again.
 *
 * @param connect opens a connection
 * @param limit the maximum number of connections at the same time; more requests wait
 */
export function singleUseSender(connect: () => Promise<SingleUseConnection>, limit: number): HostSender {
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
            // It may have been closed before the listener was added.
            if (own.socket.closed) release()
            return fail(own.socket.errored ?? new Error('the connection was closed'))
          }
          const onError = (error: NodeJS.ErrnoException): void => {
            own.socket.destroy()
            fail(error)
          }
          try {
            end = own.send(request, headers, {
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
