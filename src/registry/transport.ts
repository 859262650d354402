import { PinpullError } from '../diagnostics/errors.ts'
import { decoded, isCoded } from './content-coding.ts'
import { exchange } from './exchange.ts'
import { RegistryFailure } from './failure.ts'
import { UnsafeAddress } from './guarded-lookup.ts'
import type { HttpRequest, Open, Send } from './http.ts'
import { isNetworkError, networkFailure } from './network-failure.ts'
import { LONGEST_TIMER, unlessAborted } from './patience.ts'
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
 *
 * This is the boundary to the network: every error of Node's that a request can end with becomes a failure with a code
 * here, and only here.
 */
export function httpTransport(options: TransportOptions): Transport {
  const { find, open } = wires(options)
  const send: Send = async (request) => {
    try {
      const found = find(request)
      const wire = found instanceof Promise ? await connected(found, request.signal) : found
      const answer = await exchange(wire, request, ownHeaders(request, options.userAgent), options.limits)
      return isCoded(answer) ? await decoded(answer, request) : answer
    } catch (error) {
      throw failureOf(error, request)
    }
  }
  return { open, send }
}

/**
 * Waits for a connection. It is made for the next request, too, and goes on where this one gives up; what keeps the process
 * alive is the waiting.
 */
async function connected<T>(connecting: Promise<T>, signal: AbortSignal): Promise<T> {
  const alive = setInterval(() => {}, LONGEST_TIMER)
  try {
    return await unlessAborted(connecting, signal)
  } finally {
    clearInterval(alive)
  }
}

/** What a request ended with: a failure with a code, the signal's reason, or else a mistake in Pinpull. */
function failureOf(error: unknown, request: HttpRequest): unknown {
  if (error instanceof PinpullError || (request.signal.aborted && error === request.signal.reason)) {
    return error
  }
  const isForeseen =
    error instanceof RegistryFailure || error instanceof UnsafeAddress || isNetworkError(error)
  if (!isForeseen) return error
  return networkFailure(error, request).of({ host: request.url.host, role: request.role })
}

function ownHeaders({ headers, body }: HttpRequest, userAgent: string): Record<string, string> {
  return {
    'user-agent': userAgent,
    'accept-encoding': 'identity',
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
}
