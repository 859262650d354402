import { exchange, isStale } from './exchange.ts'
import type { HttpRequest, Open, Send } from './http.ts'
import { unlessAborted } from './patience.ts'
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
  const { find, open } = wires(options)
  const send: Send = async (request) => {
    for (let isAgain = false; ; isAgain = true) {
      try {
        const found = find(request)
        // A connection is made for whoever comes next, too.
        const wire = found instanceof Promise ? await unlessAborted(found, request.signal) : found
        return await exchange(wire, request, ownHeaders(request, options.userAgent), options.limits)
      } catch (error) {
        // A kept connection had gone just as it was used again: nothing is wrong, and nothing was asked.
        if (isAgain || !isStale(error)) throw error
      }
    }
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
