/** Time, waiting, and randomness for the jitter of waits. A parameter, so that tests need not wait. */
export interface Clock {
  /** The current time in milliseconds since the epoch. */
  now(): number
  /** Waits; rejects with the signal's reason if it is aborted before the time is over. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** A random number from 0 (included) to 1 (excluded). */
  random(): number
}

/** The system's time and timers, and `Math.random`: the clock outside tests. */
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

/** When resolving an image has to end. */
export interface Deadline {
  /** Aborted when the deadline has passed or the run is aborted. */
  readonly signal: AbortSignal
  /** In milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whether the deadline has passed; false if the run was aborted. */
  readonly isExpired: () => boolean
}

/**
 * Creates a function that starts deadlines. Deadlines of the same run that start almost at the same time share one timer
 * and signal, since these cost more than a request.
 *
 * @param length the time from start to deadline in milliseconds; it may be shorter by one hundredth
 * @param now returns the current time in milliseconds since the epoch
 * @returns starts a deadline now; its parameter is the signal that aborts the run
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
 * Calls a function when a signal is aborted; if it is aborted already, never.
 *
 * Unlike `addEventListener` this is fast for thousands of functions: Node goes through all listeners of a signal when one
 * is added or removed, so here each signal has a single listener, which calls all functions.
 *
 * @returns a function that removes `act` again
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
 * Waits for a promise that others may wait for, too, until a signal is aborted. The work behind the promise is not
 * aborted.
 *
 * @returns settles like the promise, or rejects with the signal's reason if it is aborted first
 */
export function abortable<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = addAbortListener(signal, () => reject(signal.reason))
    // Attached even if the signal is aborted: an unhandled rejection would end the process.
    awaited.then(resolve, reject).finally(forget)
    if (signal.aborted) reject(signal.reason)
  })
}
