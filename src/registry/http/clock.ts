/** Time and randomness, passed in so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** A random number from 0 up to 1. */
  random(): number
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      if (signal.aborted) return reject(signal.reason)
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, milliseconds)
      signal.addEventListener('abort', stop, { once: true })
    }),
}

/** The time limit of one image. */
export interface Deadline {
  /** Aborted when the deadline has passed or the run is aborted. */
  readonly signal: AbortSignal
  /** In milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whether the deadline has passed, as opposed to the run being aborted. */
  readonly isExpired: () => boolean
}

/**
 * Creates deadlines. Those that start almost at the same time share one timer and signal, which cost more than a
 * request.
 *
 * @param length in milliseconds; a deadline may be earlier by a hundredth of it
 * @param now the time in milliseconds since the epoch
 */
export function deadlines(length: number, now: () => number): (run: AbortSignal) => Deadline {
  const current = new WeakMap<AbortSignal, Deadline & { readonly begun: number }>()
  return (run) => {
    const begun = now()
    const kept = current.get(run)
    if (kept !== undefined && !kept.signal.aborted && begun - kept.begun < length / 100) return kept
    const tooLate = AbortSignal.timeout(length)
    const deadline = {
      begun,
      signal: AbortSignal.any([run, tooLate]),
      expiresAt: begun + length,
      isExpired: () => tooLate.aborted && !run.aborted,
    }
    current.set(run, deadline)
    return deadline
  }
}

/**
 * Calls a function when a signal is aborted.
 *
 * A signal goes through all of its listeners whenever one is added or removed, and a thousand requests wait for the
 * same signal; so each signal gets one listener here, which calls the others.
 *
 * @returns removes the listener
 */
export function addAbortListener(signal: AbortSignal, act: () => void): () => void {
  const known = waiting.get(signal)
  const acts = known ?? new Set<() => void>()
  if (known === undefined) {
    waiting.set(signal, acts)
    const actAll = (): void => {
      for (const each of [...acts]) each()
    }
    signal.addEventListener('abort', actAll, { once: true })
  }
  acts.add(act)
  return () => acts.delete(act)
}

/** The functions to call, by signal. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Waits for a shared promise, or until the signal is aborted; the work behind the promise goes on for others.
 *
 * @returns the promise's value; rejects with the signal's reason when it is aborted
 */
export function abortable<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = addAbortListener(signal, () => reject(signal.reason))
    // Attached even if the signal is aborted: an unhandled rejection would end the process.
    awaited.then(resolve, reject).finally(forget)
    if (signal.aborted) reject(signal.reason)
  })
}
