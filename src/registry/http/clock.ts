/** Time and chance, passed in so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits so many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** A number from 0 up to 1. */
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

/** The longest that a timer can wait, some 24 days: one that is only there to keep the process alive. */
export const LONGEST_TIMER: number = 2 ** 31 - 1

/** How long something may take that is part of a run. */
export interface Deadline {
  /** Aborted when the time is over, or with the run. */
  readonly signal: AbortSignal
  /** When that is, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whether the time is over. */
  readonly isExpired: () => boolean
}

/**
 * Gives out terms of a length. Those that are begun shortly after one another are one and the same: a timer and a signal
 * for every image cost more than asking for it.
 *
 * @param length in milliseconds; a term may be shorter by a hundredth
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
 * Calls something when a signal is aborted.
 *
 * A signal goes through all of its listeners whenever one is added or taken away, and a thousand requests wait for the
 * same one; here it has one listener, and that knows the others.
 *
 * @returns takes it back
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

/** By signal, what is to be called. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Waits for something that others wait for, too: it goes on when this one gives up.
 *
 * @returns what it comes to; rejects with the signal's reason when that is aborted before
 */
export function abortable<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = addAbortListener(signal, () => reject(signal.reason))
    // Also where it is too late already: what fails then is nobody's, and must not end the process.
    awaited.then(resolve, reject).finally(forget)
    if (signal.aborted) reject(signal.reason)
  })
}
