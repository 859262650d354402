import type { Clock } from '../../src/registry/clock.ts'

/** A clock whose waits take no time: they are noted, and move its hands on. */
export interface InstantClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[]
}

/** @param begin its first time, in milliseconds since the epoch; chance is always in the middle */
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
