import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import { bytes, ms, spread, times } from '../format.ts'
import { chart } from '../inputs/inputs.ts'
import { lockFor } from '../lock.ts'
import { inTurn } from '../pairing.ts'
import type { Run, Timing } from '../process-run.ts'
import { ratios, summarize } from '../statistics.ts'
import { buildPeers, type Peers } from '../world/peers.ts'
import { startRegistries } from '../world/registries.ts'

/** Programs that are run alternately, by name. `binary` only exists if one is measured. */
type Racers<T> = Readonly<Record<'pinpull' | 'kbld' | 'digester', T> & { readonly binary?: T }>

/** Measures Pinpull and its peers, A B C A B C …, on one stream and one loopback registry, without and with lock files. */
export async function measurePeers(
  bench: Bench,
): Promise<{ budgets: BudgetRow[]; table: Table; versions: readonly string[] }> {
  const peers = buildPeers(bench.say)
  const registries = await startRegistries({ count: 1, roundTrip: 0, secured: false }, bench.folder)
  const budgets: BudgetRow[] = []
  const rows: string[][] = []
  try {
    const host = new URL(registries.urls[0] ?? '').host
    for (const images of bench.quick ? [20] : [20, 100, 300]) {
      const text = chart(
        Array.from({ length: images }, (_, index) => `${host}/team/app-${index}:1.${index}.0`),
      )
      const input = join(bench.folder, 'peers.yaml')
      writeFileSync(input, text)
      for (const state of ['cold', 'warm'] as const) {
        bench.say(`${images} images, ${state}, with the peers`)
        const runs = state === 'cold' ? coldRuns(bench, peers, input) : await warmRuns(bench, peers, input)
        const timings = inTurn(bench.runner, runs, bench.quick ? 3 : images < 300 ? 15 : 5)
        const work = `${images} images (${bytes(text.length)}), ${state}`
        rows.push([work, ...inOrder(timings).map((samples) => spread(summarize(walls(samples)), ms))])
        budgets.push(...compare(work, timings))
      }
    }
  } finally {
    registries.stop()
  }
  return {
    budgets,
    versions: peers.versions,
    table: {
      title: 'Peers',
      about:
        'One loopback registry over plain HTTP, no delay, no tokens. Warm: Pinpull and kbld with their lock files; k8s-digester has none, so it contacts the registry again.',
      columns: [
        'stream',
        'pinpull',
        ...(bench.binary === undefined ? [] : ['its standalone binary']),
        'kbld',
        'k8s-digester',
      ],
      rows,
    },
  }
}

function inOrder<T>({ pinpull, binary, kbld, digester }: Racers<T>): readonly T[] {
  return [pinpull, ...(binary === undefined ? [] : [binary]), kbld, digester]
}

/** Pinpull on Node and, if it is measured, its binary. */
function ours(
  bench: Bench,
  flags: readonly string[],
  rest: Omit<Run, 'command'>,
): { pinpull: Run; binary?: Run } {
  const pinpull: Run = { ...rest, command: [...bench.pinpull, ...flags] }
  return bench.binary === undefined
    ? { pinpull }
    : { pinpull, binary: { ...rest, command: [bench.binary, ...flags] } }
}

function coldRuns(bench: Bench, peers: Peers, input: string): Racers<Run> {
  return {
    ...ours(bench, [], { input, env: { PINPULL_CACHE_TTL: '0s' } }),
    kbld: { command: [peers.kbld, '-f', '-'], input },
    digester: { command: [peers.digester], input },
  }
}

async function warmRuns(bench: Bench, peers: Peers, input: string): Promise<Racers<Run>> {
  const { flags } = await lockFor(bench, input)
  const written = join(bench.folder, 'kbld.lock.written.yml')
  const lock = join(bench.folder, 'kbld.lock.yml')
  bench.runner.time({ command: [peers.kbld, '-f', '-', '--lock-output', written], input })
  copyFileSync(written, lock)
  if (!readFileSync(lock, 'utf8').includes('preresolved'))
    throw new Error('kbld wrote no lock file to replay')
  return {
    ...ours(bench, flags, { input }),
    kbld: { command: [peers.kbld, '-f', '-', '-f', lock], input },
    digester: { command: [peers.digester], input },
  }
}

function* compare(work: string, timings: Racers<readonly Timing[]>): Iterable<BudgetRow> {
  for (const us of ['pinpull', 'binary'] as const) {
    const mine = timings[us]
    if (mine === undefined) continue
    for (const peer of ['kbld', 'digester'] as const) {
      const ratio = summarize(ratios(walls(mine), walls(timings[peer]))).median
      const name = peer === 'kbld' ? 'kbld' : 'k8s-digester'
      yield {
        work: `${work}, against ${name}${us === 'binary' ? ': standalone binary' : ''}`,
        budget: 'ahead',
        measured:
          ratio < 1 ? `${times(1 / ratio)} as fast` : `behind: ${times(ratio)} its time (why: Peers, below)`,
        holds: ratio < 1,
      }
    }
  }
}

function walls(timings: readonly Timing[]): readonly number[] {
  return timings.map(({ wall }) => wall)
}
