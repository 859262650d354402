import type { Run, Runner, Timing } from './process-run.ts'

/**
 * Runs several programs in turn, A B C A B C …, after one round that does not count.
 * @param rounds how many rounds count
 * @returns the timings of each, in the order of the rounds
 */
export function inTurn<Name extends string>(
  runner: Runner,
  runs: Readonly<Record<Name, Run>>,
  rounds: number,
): Readonly<Record<Name, readonly Timing[]>> {
  const names = Object.keys(runs) as Name[]
  const timings = Object.fromEntries(names.map((name) => [name, [] as Timing[]])) as Record<Name, Timing[]>
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const timing = runner.time(runs[name])
      if (round >= 0) timings[name].push(timing)
    }
  }
  return timings
}
