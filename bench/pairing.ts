import type { Run, Runner, Timing } from './process-run.ts'
import { ratios, type Summary, summarize } from './statistics.ts'

/**
 * Runs several programs alternately, A B C A B C …, after one warm-up round.
 * @param rounds the number of measured rounds
 * @returns the timings of each program, in the order of the rounds
 */
export function inTurn<Runs extends Readonly<Record<string, Run>>>(
  runner: Runner,
  runs: Runs,
  rounds: number,
): { readonly [Name in keyof Runs]: readonly Timing[] } {
  const all = Object.entries<Run>(runs).map(([name, run]) => ({ name, run, timings: [] as Timing[] }))
  for (let round = -1; round < rounds; round += 1) {
    for (const { run, timings } of all) {
      const timing = runner.time(run)
      if (round >= 0) timings.push(timing)
    }
  }
  return Object.fromEntries(all.map(({ name, timings }) => [name, timings])) as {
    [Name in keyof Runs]: Timing[]
  }
}

/** Summarizes how long a program's runs took, in milliseconds. */
export function wallTimes(timings: readonly Timing[]): Summary {
  return summarize(timings.map(({ wall }) => wall))
}

/** Summarizes how long a program's runs took as multiples of another program's runs in the same rounds, pair by pair. */
export function wallRatios(timings: readonly Timing[], baseline: readonly Timing[]): Summary {
  return summarize(
    ratios(
      timings.map(({ wall }) => wall),
      baseline.map(({ wall }) => wall),
    ),
  )
}
