import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Table } from '../bench.ts'
import { ms, spread, times } from '../format.ts'
import { smallChart } from '../inputs/inputs.ts'
import { lockFor, lockText } from '../lock.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run } from '../process-run.ts'

/** Measures commands beside the filter, as multiples of `node -e 0`. There are no budgets for them. */
export async function measureCommands(bench: Bench): Promise<{ table: Table }> {
  bench.say('pin and guard')
  const input = join(bench.folder, 'chart.yaml')
  writeFileSync(input, smallChart())
  const { flags } = await lockFor(bench, input)
  const lock = join(bench.folder, 'many.lock.yaml')
  const images = Array.from(
    { length: 1000 },
    (_, at) => `registry.example.com/team/app-${String(at).padStart(4, '0')}:1.0`,
  )
  writeFileSync(lock, lockText(images, `sha256:${'a'.repeat(64)}`))
  const nothing: Run = { command: [process.execPath, '-e', '0'] }
  const guard = ['guard', '--profile', 'prod', '--action', 'deny', '--only-locked', '--lock-file', lock]
  const commands: Record<string, Run> = {
    '`pinpull pin` of a 69 KB file, printed and not written': {
      command: [...bench.pinpull, 'pin', ...flags, input],
    },
    '`pinpull guard --only-locked`, 1000 locked images': { command: [...bench.pinpull, ...guard] },
  }
  const runs: Record<string, Run> = { ...commands, nothing }
  const timings = inTurn(bench.runner, runs, bench.quick ? 2 : 15)
  const floor = timings['nothing'] ?? []
  return {
    table: {
      title: 'Other commands',
      about: 'Alternately with `node -e 0` of the same Node. Medians, quartiles in brackets.',
      columns: ['command', 'time', 'ratio'],
      rows: Object.keys(commands).map((name) => {
        const samples = timings[name] ?? []
        return [name, spread(wallTimes(samples), ms), spread(wallRatios(samples, floor), times)]
      }),
    },
  }
}
