import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import { ms, spread, times } from '../format.ts'
import { chartForReferenceReader, smallChart, stream } from '../inputs/inputs.ts'
import { type Lock, lockFor } from '../lock.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run } from '../process-run.ts'

interface Case {
  readonly work: string
  readonly text: string
  /** For Node and for the binary, as multiples of the time of `node -e 0`; absent where there is none. */
  readonly budget?: { readonly node: number; readonly binary: number }
  readonly rounds: number
}

/**
 * Measures the whole process, as a multiple of the time of `node -e 0` with the same Node. Everything is locked, so there is
 * no network access.
 */
export async function measureStart(bench: Bench): Promise<{ budgets: BudgetRow[]; table: Table }> {
  const cases: Case[] = [
    {
      work: '20-image chart (69 KB), everything locked',
      text: smallChart(),
      budget: { node: 1.85, binary: 1.15 },
      rounds: 40,
    },
    {
      work: 'the same where one document needs the reference reader',
      text: chartForReferenceReader(),
      rounds: 40,
    },
    { work: '1.9 MB, nine tenths of it CRDs', text: stream('crds', 1_900_000), rounds: 25 },
    {
      work: '1 MB of workloads, 290 images',
      text: stream('workloads', 1_000_000),
      budget: { node: 4.9, binary: 4 },
      rounds: 25,
    },
  ]
  const budgets: BudgetRow[] = []
  const rows: string[][] = []
  for (const { work, text, budget, rounds } of cases) {
    bench.say(work)
    const input = join(bench.folder, 'input.yaml')
    writeFileSync(input, text)
    const lock: Lock = await lockFor(bench, input)
    const nothing: Run = { command: [process.execPath, '-e', '0'] }
    const programs: Record<string, Run> = {
      [work]: { command: [...bench.pinpull, ...lock.flags], input },
      ...(bench.binary === undefined
        ? {}
        : { [`${work}: standalone binary`]: { command: [bench.binary, ...lock.flags], input } }),
    }
    const runs: Record<string, Run> = { ...programs, nothing }
    const timings = inTurn(bench.runner, runs, bench.quick ? 5 : rounds)
    const floor = timings['nothing'] ?? []
    const memoryFloor = await bench.runner.peakMemory(nothing)
    for (const [name, run] of Object.entries(programs)) {
      const samples = timings[name] ?? []
      const ratio = wallRatios(samples, floor)
      const memory = await bench.runner.peakMemory(run)
      const allowed = name === work ? budget?.node : budget?.binary
      if (allowed !== undefined) {
        budgets.push({
          work: name,
          budget: times(allowed),
          measured: times(ratio.median),
          holds: ratio.median <= allowed,
        })
      }
      rows.push([
        name,
        spread(wallTimes(floor), ms),
        spread(wallTimes(samples), ms),
        spread(ratio, times),
        `${memory.toFixed(0)} (${memoryFloor.toFixed(0)})`,
      ])
    }
  }
  return {
    budgets,
    table: {
      title: 'Small and medium streams: the whole process',
      about:
        'Alternately with `node -e 0` of the same Node, after one warm-up round. Medians, quartiles in brackets; the ratio is computed pair by pair. Memory is the peak resident set, that of `node -e 0` in brackets.',
      columns: ['work', '`node -e 0`', 'pinpull', 'ratio', 'MiB'],
      rows,
    },
  }
}
