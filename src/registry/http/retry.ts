import { RegistryError } from '../errors/registry-error.ts'
import type { Clock } from './clock.ts'
import { type HttpRequest, type HttpResponse, header, type Send } from './http.ts'
import type { Limits } from './limits.ts'
import { isPullLimit } from './response-error.ts'

/** Temporary statuses; 499 and 522 are sent by nginx and Cloudflare when their own upstream did not respond. */
const TEMPORARY = new Set([408, 425, 429, 499, 500, 502, 503, 504, 522])

/** The request may be repeated on a new connection (RFC 9110, 15.5.9). */
const REQUEST_TIMEOUT = 408

const FIRST_WAIT_MS = 500
const MAX_WAIT_MS = 8000
const JITTER = 0.2

/**
 * Wraps `send` to repeat requests after temporary errors and the statuses 408, 425, 429 (except `isPullLimit`), 499,
 * 500, 502, 503, 504 and 522, with exponential backoff or after the time in `Retry-After`. After the last attempt, or
 * if the wait would end after the request's deadline or, after a status, be longer than `limits.maxRetryAfter`, the
 * last response is returned with the number of `attempts`, or the last error thrown with it as the argument `tries`.
 *
 * After an error or a 408 the request gets a new connection. If the error says `mayRetryAtOnce`, the first retry has no
 * wait, as in Go's `net/http`. Before each retry the request's `releaseWaiting` is called. An abort ends a wait with
 * the signal's reason.
 */
export function withRetry(send: Send, clock: Clock, limits: Limits): Send {
  return async (first) => {
    let request = first
    let waits = 1
    for (let attempts = 1; ; attempts++) {
      const outcome = await trySend(send, request)
      const last = attempts >= (first.maxAttempts ?? limits.maxAttempts)
      if (outcome.kind === 'response') {
        const response = { ...outcome.response, attempts }
        if (last || !isTemporary(response)) return response
        const wait = parseRetryAfter(response, clock) ?? backoff(waits, clock)
        if (wait > limits.maxRetryAfter || clock.now() + wait > request.deadline) return response
        request.releaseWaiting?.()
        await clock.sleep(wait, request.signal)
        waits++
        // The server closes idle connections, so the other kept ones may fail in the same way.
        if (response.status === REQUEST_TIMEOUT) request = { ...request, needsNewConnection: true }
      } else {
        if (last || !outcome.error.isTemporary) throw outcome.error.withArgs({ tries: attempts })
        const wait = outcome.error.mayRetryAtOnce && attempts === 1 ? 0 : backoff(waits, clock)
        if (clock.now() + wait > request.deadline) throw outcome.error.withArgs({ tries: attempts })
        request.releaseWaiting?.()
        if (wait > 0) {
          await clock.sleep(wait, request.signal)
          waits++
        }
        request = { ...request, needsNewConnection: true }
      }
    }
  }
}

/**
 * Parses the header `Retry-After`, which is a number of seconds or a date (RFC 9110, 10.2.3).
 *
 * @returns the time to wait from now in milliseconds, 0 for a date in the past; undefined if the header is missing or
 *   invalid
 */
export function parseRetryAfter(response: HttpResponse, clock: Pick<Clock, 'now'>): number | undefined {
  const value = header(response, 'retry-after')?.trim()
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now())
}

function backoff(waits: number, clock: Clock): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (waits - 1), MAX_WAIT_MS)
  return wait * (1 - JITTER + 2 * JITTER * clock.random())
}

/** A pull limit lasts for hours; retries would only add to it. */
function isTemporary(response: HttpResponse): boolean {
  return TEMPORARY.has(response.status) && !isPullLimit(response)
}

type Outcome =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | { readonly kind: 'failed'; readonly error: RegistryError }

async function trySend(send: Send, request: HttpRequest): Promise<Outcome> {
  try {
    return { kind: 'response', response: await send(request) }
  } catch (error) {
    if (error instanceof RegistryError) return { kind: 'failed', error }
    throw error
  }
}
