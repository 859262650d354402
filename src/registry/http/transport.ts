import { PinpullError } from '../../diagnostics/errors.ts'
import { isNetworkError, networkFailure, UnsafeAddress } from '../errors/network.ts'
import { cleanText, originOf } from '../errors/redact.ts'
import { RegistryFailure } from '../errors/registry-error.ts'
import { type Clock, LONGEST_TIMER, unlessAborted } from './clock.ts'
import { type WireOptions, wires } from './connection-pool.ts'
import { decoded } from './content-coding.ts'
import { codingsOf, type HttpRequest, header, type Open, type Send } from './http.ts'
import { exchange } from './round-trip.ts'

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
      const isCoded = answer.body.length > 0 && codingsOf(answer).length > 0
      return isCoded ? await decoded(answer, request) : answer
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
  const server = { host: request.url.host, role: request.role }
  if (error instanceof RegistryFailure) return error.of(server)
  if (error instanceof PinpullError || (request.signal.aborted && error === request.signal.reason)) {
    return error
  }
  if (!(error instanceof UnsafeAddress) && !isNetworkError(error)) return error
  return networkFailure(error, request).of(server)
}

function ownHeaders({ headers, body }: HttpRequest, userAgent: string): Record<string, string> {
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
export function logged(send: Send, clock: Pick<Clock, 'now'>, log: (line: string) => void): Send {
  return async (request) => {
    const began = clock.now()
    const what = `${request.method} ${shown(request)}`
    try {
      const answer = await send(request)
      const left = header(answer, 'ratelimit-remaining')
      const pulls = left === undefined ? '' : ` (ratelimit-remaining: ${cleanText(left, 40)})`
      log(`${what} → ${answer.status} in ${clock.now() - began} ms${pulls}`)
      return answer
    } catch (error) {
      log(`${what} → ${error instanceof RegistryFailure ? error.code : 'given up'}`)
      throw error
    }
  }
}

/**
 * The URL of a request as far as Pinpull has made it: the path of a mirror is left out, and of an address that a server has
 * sent, everything but the origin.
 */
function shown({ url, role }: HttpRequest): string {
  if (role !== 'registry' && role !== 'mirror') return `${originOf(url)} (${role})`
  return `${originOf(url)}${/\/v2\/.*/.exec(url.pathname)?.[0] ?? ''}`
}
