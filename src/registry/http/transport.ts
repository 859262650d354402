import { PinpullError } from '../../diagnostics/errors.ts'
import { LONGEST_TIMER } from '../../duration.ts'
import { fromNetworkError, isNetworkError, UnsafeAddressError } from '../errors/network.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { abortable } from './clock.ts'
import { type ConnectionPoolOptions, connectionPool } from './connection-pool.ts'
import { decodeBody } from './content-coding.ts'
import { contentCodings, type HttpRequest, type Preconnect, type Send } from './http.ts'
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
 * `fetch`. Errors of Node's network modules become a `RegistryError` with the request's server here, which says whether the
 * connection could be opened (`isUnconnected`).
 */
export function httpTransport(options: TransportOptions): Transport {
  const { acquire, preconnect } = connectionPool(options)
  const send: Send = async (request) => {
    let isConnecting = true
    try {
      const found = acquire(request)
      const sender = found instanceof Promise ? await waitForSender(found, request.signal) : found
      isConnecting = false
      const response = await roundTrip(
        sender,
        request,
        requestHeaders(request, options.userAgent),
        options.limits,
      )
      const isCoded = response.body.length > 0 && contentCodings(response).length > 0
      return isCoded ? await decodeBody(response, request) : response
    } catch (error) {
      const mapped = toError(error, request)
      throw isConnecting && mapped instanceof RegistryError ? mapped.asUnconnected() : mapped
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
