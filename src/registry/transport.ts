import { exchange, isStale } from './exchange.ts'
import type { HttpRequest, Open, Send } from './http.ts'
import type { Wire } from './wire.ts'
import { type WireOptions, wires } from './wires.ts'

/** What the transport needs to know. */
export interface TransportOptions extends WireOptions {
  /** The `User-Agent` of every request. */
  readonly userAgent: string
}

export interface Transport {
  readonly open: Open
  readonly send: Send
}

/**
 * Requests over `node:http`, `node:https` and `node:http2`, with connections kept between them. Neither undici nor
 * `fetch` is used: both close the connection after every HEAD (`docs/decisions/0030-own-registry-client.md`).
 * Redirects are answers here, like any other.
 */
export function httpTransport(options: TransportOptions): Transport {
  const wireFor = wires(options)
  const send: Send = async (request) => {
    for (let isAgain = false; ; isAgain = true) {
      try {
        const wire = await unlessAborted(wireFor(request), request.signal)
        return await exchange(wire, request, ownHeaders(request, options.userAgent), options.limits)
      } catch (error) {
        // A kept connection had gone just as it was used again: nothing is wrong, and nothing was asked.
        if (isAgain || !isStale(error)) throw error
      }
    }
  }
  const open: Open = (request) => {
    wireFor(request).catch(() => {})
  }
  return { open, send }
}

function ownHeaders({ headers, body }: HttpRequest, userAgent: string): Record<string, string> {
  return {
    'user-agent': userAgent,
    'accept-encoding': 'identity',
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
}

/** A connection is made for whoever comes next, too: it goes on when the one who wanted it first gives up. */
function unlessAborted(wire: Promise<Wire>, signal: AbortSignal): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    // Also where it is too late already: a connection that fails then is nobody's, and must not end the process.
    wire.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
  })
}
