import { RegistryError } from '../errors/registry-error.ts'
import type { Clock } from './clock.ts'
import { type HttpRequest, type HttpResponse, header, type Send } from './http.ts'
import type { Limits } from './limits.ts'
import { hostReaches } from './outages.ts'
import { describeRequest, type OnRequest } from './request-event.ts'
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
 *
 * If a host cannot be connected to, one request tries again for all (`HostReach`); if its error is final, all requests
 * to the host fail with it, later ones without being sent.
 *
 * @param onRequest called when a request waits for its next attempt, and when it is finished
 */
export function withRetry(send: Send, clock: Clock, limits: Limits, onRequest?: OnRequest): Send {
  const reachOf = hostReaches()
  let requests = 0
  return async (first) => {
    requests++
    const number = requests
    const maxAttempts = first.maxAttempts ?? limits.maxAttempts
    const reach = reachOf(first)
    let request = first
    let waits = 1
    let isProbe = false
    const wait = async (milliseconds: number): Promise<void> => {
      onRequest?.({ ...describeRequest(request), kind: 'waiting', milliseconds })
      await clock.sleep(milliseconds, request.signal)
      waits++
    }
    try {
      for (let attempt = 1; ; attempt++) {
        if (onRequest !== undefined)
          request = { ...request, attempt: { request: number, attempt, maxAttempts } }
        isProbe ||= await reach.enter(request.signal)
        const outcome = await trySend(send, request)
        const last = attempt >= maxAttempts
        if (outcome.kind === 'response') {
          reach.setReached()
          const response = { ...outcome.response, attempts: attempt }
          if (last || !isTemporary(response)) return response
          const pause = parseRetryAfter(response, clock) ?? backoff(waits, clock)
          if (pause > limits.maxRetryAfter || clock.now() + pause > request.deadline) return response
          request.releaseWaiting?.()
          await wait(pause)
          // The server closes idle connections, so the other kept ones may fail in the same way.
          if (response.status === REQUEST_TIMEOUT) request = { ...request, needsNewConnection: true }
          continue
        }
        const error = outcome.error.withArgs({ tries: attempt })
        const pause = error.mayRetryAtOnce && attempt === 1 ? 0 : backoff(waits, clock)
        const isFinal = last || !error.isTemporary || clock.now() + pause > request.deadline
        const isOutage = failedToConnect(error) && reach.mayBeDown
        if (isOutage) {
          // A request with fewer attempts than usual settles nothing for the others.
          const isSettled = isFinal && (!error.isTemporary || maxAttempts >= limits.maxAttempts)
          reach.setFailed(isSettled ? error : undefined)
        } else if (!failedToConnect(error)) reach.setReached()
        if (isFinal) throw error
        request.releaseWaiting?.()
        if (isOutage && !isProbe) {
          isProbe = await reach.enter(request.signal)
          if (!isProbe) continue
        }
        if (pause > 0) await wait(pause)
        // If the host was never connected to, there is no old connection that could fail again.
        if (!isOutage) request = { ...request, needsNewConnection: true }
      }
    } finally {
      if (isProbe) reach.endProbe()
      onRequest?.({ ...describeRequest(request), kind: 'finished' })
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

/** Whether the host itself was not reached. */
function failedToConnect({ isUnconnected, code }: RegistryError): boolean {
  return isUnconnected || code === 'REGISTRY_PROXY_FAILED'
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
