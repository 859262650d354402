import { PinpullError } from '../../diagnostics/errors.ts'
import { LONGEST_TIMER } from '../../duration.ts'
import { fromNetworkError, isNetworkError, UnsafeAddressError } from '../errors/network.ts'
import { redactUrl, sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { abortable, type Clock } from './clock.ts'
import { type ConnectionPoolOptions, connectionPool } from './connection-pool.ts'
import { decodeBody } from './content-coding.ts'
import { contentCodings, type HttpRequest, header, type Preconnect, type Send } from './http.ts'
import { roundTrip } from './round-trip.ts'

/** What a transport uses: the options of its connection pool, and the `User-Agent`. */
export interface TransportOptions extends ConnectionPoolOptions {
  /** The `User-Agent` header of every request. */
  readonly userAgent: string
}

/** Sends HTTP requests over a connection pool, and starts connections before requests. */
export interface Transport {
  /** Starts to connect to a host over TLS (`ConnectionPool.preconnect`). */
  readonly preconnect: Preconnect
  /**
   * Sends a request once, without retries, credentials and redirects, and decodes the body's content coding. It adds
   * `User-Agent` and `Accept-Encoding: identity`, unless the request has them, and `Content-Length` if it has a body.
   */
  readonly send: Send
}

/**
 * Creates a transport that uses `node:http`, `node:https` and `node:http2`, and keeps connections for later requests of
 * `send`, which `preconnect` may start; `docs/decisions/0030-own-registry-client.md` says why it does not use undici or
 * `fetch`. Errors of Node's network modules become a `RegistryError` with the request's server here.
 */
export function httpTransport(options: TransportOptions): Transport {
  const { acquire, preconnect } = connectionPool(options)
  const send: Send = async (request) => {
    try {
      const found = acquire(request)
      const sender = found instanceof Promise ? await waitForSender(found, request.signal) : found
      const response = await roundTrip(
        sender,
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
 * Waits for a connection and keeps the process alive meanwhile. If this request is aborted, connecting goes on for
 * the next request.
 */
async function waitForSender<T>(connecting: Promise<T>, signal: AbortSignal): Promise<T> {
  const alive = setInterval(() => {}, LONGEST_TIMER)
  try {
    return await abortable(connecting, signal)
  } finally {
    clearInterval(alive)
  }
}

/**
 * Maps what a request rejected with: errors of Node to a RegistryError; the signal's reason and defects of Pinpull
 * stay as they are.
 */
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
 * Wraps `send` to log each request: with its status, duration and the header `ratelimit-remaining`, or with its error
 * code (`given up` for an error that is no `RegistryError`), which is thrown again. Of a URL that a server has sent,
 * only the origin is logged.
 *
 * @param log called with one printable line for each request
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
 * The part of a request's URL that may be printed: without the path prefix of a mirror, and only the origin of a
 * URL that a server has sent.
 */
function printableUrl({ url, role }: HttpRequest): string {
  if (role !== 'registry' && role !== 'mirror') return `${redactUrl(url)} (${role})`
  return `${redactUrl(url)}${/\/v2\/.*/.exec(url.pathname)?.[0] ?? ''}`
}
