import { RegistryFailure } from '../errors/registry-error.ts'
import type { Clock } from './clock.ts'
import { type HttpAnswer, type HttpRequest, header, type Send } from './http.ts'
import type { Limits } from './limits.ts'
import { isPullLimit } from './status.ts'

/** Statuses that say "later": 499 and 522 are what nginx and Cloudflare say when their own upstream did not answer. */
const TEMPORARY = new Set([408, 425, 429, 499, 500, 502, 503, 504, 522])

/** The request may be repeated upon a new connection (RFC 9110, 15.5.9). */
const REQUEST_TIMEOUT = 408

const FIRST_WAIT = 500
const LONGEST_WAIT = 8000
const JITTER = 0.2

/**
 * Asks again where that may help: after a wait that doubles, or the one that the registry asks for. A wait longer
 * than the limits allow is not begun: the answer is given as it is, and its message says when to come back.
 *
 * After a failure or a 408 the request goes over a new connection, and where it was only lost with a connection that had been used
 * before, without a wait, as Go's `net/http` does. If that one is lost as well, the next has to wait.
 */
export function retrying(send: Send, clock: Clock, limits: Limits): Send {
  return async (first) => {
    let request = first
    let waits = 1
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(send, request)
      const last = tries >= (first.attempts ?? limits.attempts)
      if (outcome.kind === 'answered') {
        const answer = { ...outcome.answer, tries }
        if (last || !isTemporary(answer)) return answer
        const wait = askedWait(answer, clock) ?? backoff(waits, clock)
        if (wait > limits.retryAfter || clock.now() + wait > request.deadline) return answer
        request.onAlone?.()
        await clock.sleep(wait, request.signal)
        waits++
        // Who says so has waited for longer than it keeps a connection, and may say it of every other that is kept.
        if (answer.status === REQUEST_TIMEOUT) request = { ...request, needsFresh: true }
      } else {
        if (last || !outcome.failure.isTemporary) throw outcome.failure.with({ tries })
        const wait = outcome.failure.isLost && tries === 1 ? 0 : backoff(waits, clock)
        if (clock.now() + wait > request.deadline) throw outcome.failure.with({ tries })
        request.onAlone?.()
        if (wait > 0) {
          await clock.sleep(wait, request.signal)
          waits++
        }
        request = { ...request, needsFresh: true }
      }
    }
  }
}

/**
 * How long a registry asks to be left alone, in milliseconds: `Retry-After` as seconds or as a date (RFC 9110,
 * 10.2.3). Undefined where it does not say.
 */
export function askedWait(answer: HttpAnswer, clock: Pick<Clock, 'now'>): number | undefined {
  const value = header(answer, 'retry-after')?.trim()
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now())
}

function backoff(waits: number, clock: Clock): number {
  const wait = Math.min(FIRST_WAIT * 2 ** (waits - 1), LONGEST_WAIT)
  return wait * (1 - JITTER + 2 * JITTER * clock.random())
}

/** A pull limit lasts for hours: asking again within seconds only adds to it. */
function isTemporary(answer: HttpAnswer): boolean {
  return TEMPORARY.has(answer.status) && !isPullLimit(answer)
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer }
  | { readonly kind: 'failed'; readonly failure: RegistryFailure }

async function attempt(send: Send, request: HttpRequest): Promise<Outcome> {
  try {
    return { kind: 'answered', answer: await send(request) }
  } catch (error) {
    if (error instanceof RegistryFailure) return { kind: 'failed', failure: error }
    throw error
  }
}
