import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import type { Curve } from '../chart/chart.ts'
import { bytes, ms, times } from '../format.ts'
import { CURVE_BYTES, type Shape, stream } from '../inputs/inputs.ts'
import { lockFor } from '../lock.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run } from '../process-run.ts'

/** The budgets for 50 MB of workloads: megabytes a second, and memory above that of Node as a multiple of the input. */
const SPEED = 43
const MEMORY = 3.5

const SHAPES: readonly Shape[] = ['workloads', 'crds', 'json']

interface Measured {
  readonly shape: Shape
  readonly size: number
  readonly wall: number
  /** To `node -e 0` in the same rounds. */
  readonly ratio: number
  readonly memory: number
  readonly memoryFloor: number
}

/** Measures how time and memory grow with the size of the stream. */
export async function measureSizes(
  bench: Bench,
): Promise<{ budgets: BudgetRow[]; table: Table; curves: Curve[] }> {
  const sizes = bench.quick ? CURVE_BYTES.slice(0, 3) : CURVE_BYTES
  const measured: Measured[] = []
  for (const shape of SHAPES) {
    for (const size of sizes) {
      bench.say(`${bytes(size)} of ${shape}`)
      measured.push(await measureOne(bench, shape, size))
    }
  }
  return {
    budgets: [...throughputBudgets(measured)],
    table: {
      title: 'Throughput and memory by size',
      about:
        'Whole processes, everything locked, from file to file. MB/s is based on the whole time, including the start of Node; the ratio is to `node -e 0`, pair by pair. MiB is the peak resident set; the last column is its excess over that of `node -e 0`, as a multiple of the input.',
      columns: ['stream', 'size', 'time', 'ratio', 'MB/s', 'MiB', 'above the floor'],
      rows: measured.map(({ shape, size, wall, ratio, memory, memoryFloor }) => [
        shape,
        bytes(size),
        ms(wall),
        times(ratio),
        rate(size, wall).toFixed(1),
        memory.toFixed(0),
        `${((memory - memoryFloor) / mebibytes(size)).toFixed(1)} × input`,
      ]),
    },
    curves: SHAPES.map((shape) => ({
      name: shape,
      points: measured.filter((one) => one.shape === shape).map(({ size, wall }) => ({ x: size, y: wall })),
    })),
  }
}

async function measureOne(bench: Bench, shape: Shape, size: number): Promise<Measured> {
  const input = join(bench.folder, shape === 'json' ? 'input.json' : 'input.yaml')
  const text = stream(shape, size)
  writeFileSync(input, text)
  const lock = await lockFor(bench, input)
  const nothing: Run = { command: [process.execPath, '-e', '0'] }
  const pinpull: Run = { command: [...bench.pinpull, ...lock.flags], input }
  const rounds = size <= 1_000_000 ? 7 : size <= 10_000_000 ? 5 : 3
  const timings = inTurn(bench.runner, { nothing, pinpull }, bench.quick ? 3 : rounds)
  return {
    shape,
    size: text.length,
    wall: wallTimes(timings.pinpull).median,
    ratio: wallRatios(timings.pinpull, timings.nothing).median,
    memory: await bench.runner.peakMemory(pinpull),
    memoryFloor: await bench.runner.peakMemory(nothing),
  }
}

function* throughputBudgets(measured: readonly Measured[]): Iterable<BudgetRow> {
  const largest = measured.filter(({ shape }) => shape === 'workloads').at(-1)
  if (largest !== undefined && largest.size > 40_000_000) {
    const speed = rate(largest.size, largest.wall)
    const share = (largest.memory - largest.memoryFloor) / mebibytes(largest.size)
    yield {
      work: '50 MB of workloads, whole process',
      budget: `${SPEED} MB/s`,
      measured: `${speed.toFixed(0)} MB/s (${times(largest.ratio)} \`node -e 0\`)`,
      holds: speed >= SPEED,
    }
    yield {
      work: 'memory for the same',
      budget: `base + ${MEMORY} × input`,
      measured: `base + ${share.toFixed(1)} × input`,
      holds: share <= MEMORY,
    }
  }
}

/** Megabytes per second. */
function rate(size: number, milliseconds: number): number {
  return size / 1000 / milliseconds
}

function mebibytes(size: number): number {
  return size / 2 ** 20
}
