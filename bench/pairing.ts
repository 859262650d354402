import type { Run, Runner, Timing } from './process-run.ts'

/**
 * Runs several programs in turn, A B C A B C …, after one round that does not count.
 * @param rounds how many rounds count
 * @returns the timings of each, in the order of the rounds
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
