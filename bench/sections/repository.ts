import { join } from 'node:path'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import { bytes, ms, spread, times } from '../format.ts'
import { REPOSITORY_FILES, writeRepository } from '../inputs/repository.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run } from '../process-run.ts'
import { summarize } from '../statistics.ts'

interface Program {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** As a multiple of the time of `node -e 0`; 25 ms of that on the machine of the budgets. */
  readonly budget: number
  /** In MiB. */
  readonly memory: number
}

/** How much more memory twice the files may take. */
const GROWTH = 1.1

/**
 * Measures `pinpull check` on a repository of manifests, and its memory on that and another one of the same size.
 */
export async function measureRepository(bench: Bench): Promise<{ budgets: BudgetRow[]; table: Table }> {
  const count = bench.quick ? Math.round(REPOSITORY_FILES / 20) : REPOSITORY_FILES
  bench.say(`two folders of ${count} files`)
  const folders = ['one', 'other'].map((name) => join(bench.folder, name))
  const [size = 0] = folders.map((folder, index) => writeRepository(folder, count, index + 1))
  const nothing: Run = { command: [process.execPath, '-e', '0'] }
  const budgets: BudgetRow[] = []
  const rows: string[][] = []
  for (const { name, command, budget, memory } of programsOf(bench)) {
    bench.say(`check ${count} files, ${name}`)
    // Some images have no digest, so the check fails.
    const check = (paths: readonly string[]): Run => ({
      command: [...command, 'check', ...paths],
      exitCode: 1,
    })
    const one = check(folders.slice(0, 1))
    const timings = inTurn(bench.runner, { one, nothing }, bench.quick ? 3 : 7)
    const ratio = wallRatios(timings.one, timings.nothing)
    const peaks: number[] = []
    const peaksOfBoth: number[] = []
    // A single peak scatters by 5 %: it depends on when the collector of garbage runs.
    for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
      peaks.push(await bench.runner.peakMemory(one))
      peaksOfBoth.push(await bench.runner.peakMemory(check(folders)))
    }
    const peak = summarize(peaks).median
    const peakOfBoth = summarize(peaksOfBoth).median
    rows.push([
      name,
      String(count),
      bytes(size),
      spread(wallTimes(timings.one), ms),
      spread(ratio, times),
      peak.toFixed(0),
      peakOfBoth.toFixed(0),
    ])
    const work = `check of ${count} files, ${bytes(size)}, ${name}`
    if (!bench.quick) {
      budgets.push(
        { work, budget: times(budget), measured: times(ratio.median), holds: ratio.median <= budget },
        {
          work: `memory for the same, ${name}`,
          budget: mib(memory),
          measured: mib(peak),
          holds: peak <= memory,
        },
      )
    }
    const growth = peakOfBoth / peak
    budgets.push({
      work: `memory for twice the files, ${name}`,
      budget: times(GROWTH),
      measured: times(growth),
      holds: growth <= GROWTH,
    })
  }
  return {
    budgets,
    table: {
      title: 'A repository of manifests',
      about:
        'pinpull check on a folder of files of the same make-up as 11,377 files of public projects, alternately with `node -e 0`. MiB is the peak resident set, the median of three runs, for one folder and for two of them in one run.',
      columns: ['program', 'files', 'size', 'time', 'ratio', 'MiB', 'MiB for twice the files'],
      rows,
    },
  }
}

function programsOf({ pinpull, binary }: Bench): Program[] {
  const onNode: Program = { name: 'Node', command: pinpull, budget: 100, memory: 330 }
  if (binary === undefined) return [onNode]
  return [onNode, { name: 'standalone binary', command: [binary], budget: 88, memory: 450 }]
}

function mib(count: number): string {
  return `${count.toFixed(0)} MiB`
}
