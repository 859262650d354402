import { PinpullError } from '../../diagnostics/errors.ts'
import { fromNetworkError, isNetworkError, UnsafeAddressError } from '../errors/network.ts'
import { redactUrl, sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { abortable, type Clock, LONGEST_TIMER } from './clock.ts'
import { type ConnectionPoolOptions, connectionPool } from './connection-pool.ts'
import { decodeBody } from './content-coding.ts'
import { contentCodings, type HttpRequest, header, type Preconnect, type Send } from './http.ts'
import { roundTrip } from './round-trip.ts'

/** What the transport needs to know. */
export interface TransportOptions extends ConnectionPoolOptions {
  /** The `User-Agent` of every request. */
  readonly userAgent: string
}

export interface Transport {
  readonly preconnect: Preconnect
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
  const { acquire, preconnect } = connectionPool(options)
  const send: Send = async (request) => {
    try {
      const found = acquire(request)
      const connection = found instanceof Promise ? await waitForConnection(found, request.signal) : found
      const response = await roundTrip(
        connection,
        request,
        requestHeaders(request, options.userAgent),
        options.limits,
      )
      const isCoded = response.body.length > 0 && contentCodings(response).length > 0
      return isCoded ? await decodeBody(response, request) : response
    } catch (error) {
      throw toError(error, request)
    }
  }
  return { preconnect, send }
}

/**
 * Waits for a connection. It is made for the next request, too, and goes on where this one gives up; what keeps the process
 * alive is the waiting.
 */
async function waitForConnection<T>(connecting: Promise<T>, signal: AbortSignal): Promise<T> {
  const alive = setInterval(() => {}, LONGEST_TIMER)
  try {
    return await abortable(connecting, signal)
  } finally {
    clearInterval(alive)
  }
}

/** What a request ended with: a failure with a code, the signal's reason, or else a mistake in Pinpull. */
function toError(error: unknown, request: HttpRequest): unknown {
  const server = { host: request.url.host, role: request.role }
  if (error instanceof RegistryError) return error.withServer(server)
  if (error instanceof PinpullError || (request.signal.aborted && error === request.signal.reason)) {
    return error
  }
  if (!(error instanceof UnsafeAddressError) && !isNetworkError(error)) return error
  return fromNetworkError(error, request).withServer(server)
}

function requestHeaders({ headers, body }: HttpRequest, userAgent: string): Record<string, string> {
  return {
    'user-agent': userAgent,
    'accept-encoding': 'identity',
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
}

/**
 * Tells of every request, with its answer's status and how long it took.
 *
 * @param log takes one line for each, fit to be printed
 */
export function withLogging(send: Send, clock: Pick<Clock, 'now'>, log: (line: string) => void): Send {
  return async (request) => {
    const began = clock.now()
    const what = `${request.method} ${printableUrl(request)}`
    try {
      const response = await send(request)
      const left = header(response, 'ratelimit-remaining')
      const pulls = left === undefined ? '' : ` (ratelimit-remaining: ${sanitize(left, 40)})`
      log(`${what} → ${response.status} in ${clock.now() - began} ms${pulls}`)
      return response
    } catch (error) {
      log(`${what} → ${error instanceof RegistryError ? error.code : 'given up'}`)
      throw error
    }
  }
}

/**
 * The URL of a request as far as Pinpull has made it: the path of a mirror is left out, and of an address that a server has
 * sent, everything but the origin.
 */
function printableUrl({ url, role }: HttpRequest): string {
  if (role !== 'registry' && role !== 'mirror') return `${redactUrl(url)} (${role})`
  return `${redactUrl(url)}${/\/v2\/.*/.exec(url.pathname)?.[0] ?? ''}`
}
