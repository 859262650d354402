import type { Clock } from '../../src/registry/http/clock.ts'

/** A clock whose waits take no time: they are recorded, and advance its time. */
export interface InstantClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[]
}

/** @param begin the initial time, in milliseconds since the epoch; its random number is always 0.5 */
export function instantClock(begin: number = Date.UTC(2026, 10, 20)): InstantClock {
  const waits: number[] = []
  let now = begin
  return {
    waits,
    now: () => now,
    random: () => 0.5,
    sleep: async (milliseconds, signal) => {
      signal.throwIfAborted()
      waits.push(milliseconds)
      now += milliseconds
    },
  }
}
