import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import type { Curve } from '../chart/chart.ts'
import { ms, times } from '../format.ts'
import { chart } from '../inputs/inputs.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run, Timing } from '../process-run.ts'
import { BARE_CLIENT, type Registries, startRegistries } from '../world/registries.ts'
import type { Traffic } from '../world/registry-process.ts'

const ROUND_TRIP = 50
/** The round trips of the first request to a registry: TCP, TLS, the challenge, the token, the response. */
const ROUND_TRIPS = 5
/** The budget for 1000 images on 5 registries, in milliseconds. */
const LARGE_RUN = 550
/** The number of tags per repository. */
const TAGS = 4

interface Measured {
  readonly images: number
  readonly registries: number
  readonly wall: number
  readonly cpu: number
  /** The time of the bare client for the same images, run alternately with Pinpull. */
  readonly floor: { readonly wall: number; readonly cpu: number }
  /** Of the times, pair by pair. */
  readonly ratio: number
  readonly traffic: Traffic
}

/** Measures resolving without a cache, over TLS with tokens and a round trip time. */
export async function measureCold(
  bench: Bench,
): Promise<{ budgets: BudgetRow[]; table: Table; curves: Curve[] }> {
  const counts = bench.quick ? [1, 10] : [1, 10, 20, 100, 1000]
  const measured: Measured[] = []
  for (const count of [1, 5]) {
    const setup = { count, roundTrip: ROUND_TRIP, secured: true }
    const registries = await startRegistries(setup, bench.folder)
    try {
      for (const images of counts) {
        bench.say(`${images} images on ${count} ${count === 1 ? 'registry' : 'registries'}`)
        measured.push(await measureOne(bench, registries, images))
      }
    } finally {
      registries.stop()
    }
  }
  return {
    budgets: [...coldBudgets(measured)],
    table: {
      title: `Cold resolving, ${ROUND_TRIP} ms round trip`,
      about: `The registries run in a process of their own, each behind a relay that delays every byte by half a round trip, and a new connection by one more; TLS, HTTP/2 offered, a token for every repository, ${TAGS} tags per repository. The first response takes at least ${ROUND_TRIPS} round trips (${ROUND_TRIPS * ROUND_TRIP} ms). Medians of whole processes, including Node's start. The bare client does the same with a regular expression, \`node:http2\`, and no checks of the responses: it shows the time that Node and the registries, which share the machine with the client, need at least.`,
      columns: [
        'images',
        'registries',
        'time',
        'bare client',
        'ratio',
        'client CPU an image',
        'bare client',
        'answers',
        'challenges',
        'tokens',
        'connections',
      ],
      rows: measured.map(({ images, registries, wall, cpu, floor, ratio, traffic }) => [
        String(images),
        String(registries),
        ms(wall),
        ms(floor.wall),
        times(ratio),
        images < 100 ? '' : `${(cpu / images).toFixed(2)} ms`,
        images < 100 ? '' : `${(floor.cpu / images).toFixed(2)} ms`,
        String(traffic.answers),
        String(traffic.challenges),
        String(traffic.tokens),
        String(traffic.connections),
      ]),
    },
    curves: [1, 5].map((count) => ({
      name: count === 1 ? '1 registry' : `${count} registries`,
      points: measured
        .filter(({ registries }) => registries === count)
        .map(({ images, wall }) => ({ x: images, y: wall })),
    })),
  }
}

async function measureOne(bench: Bench, registries: Registries, images: number): Promise<Measured> {
  const hosts = registries.urls.map((url) => new URL(url).host)
  const names = Array.from({ length: images }, (_, index) => {
    const repository = `team/app-${Math.floor(index / hosts.length / TAGS)}`
    return `${hosts[index % hosts.length]}/${repository}:1.${index}.0`
  })
  const input = join(bench.folder, 'cold.yaml')
  writeFileSync(input, chart(names))
  const run: Run = {
    command: [...bench.pinpull],
    input,
    env: { NODE_EXTRA_CA_CERTS: registries.authorityFile ?? '', PINPULL_CACHE_TTL: '0s' },
  }
  await registries.traffic()
  bench.runner.time(run) // Warm-up: only its requests are counted.
  const traffic = await registries.traffic()
  const rounds = bench.quick ? 1 : images < 1000 ? 5 : 2
  const { ours, bare } = inTurn(
    bench.runner,
    { ours: run, bare: { ...run, command: [process.execPath, BARE_CLIENT] } },
    rounds,
  )
  const ratio = wallRatios(ours, bare).median
  return { images, registries: hosts.length, ...cost(ours), floor: cost(bare), ratio, traffic }
}

function cost(timings: readonly Timing[]): { wall: number; cpu: number } {
  return {
    wall: wallTimes(timings).median,
    cpu: timings.reduce((sum, { cpu }) => sum + cpu, 0) / timings.length,
  }
}

function* coldBudgets(measured: readonly Measured[]): Iterable<BudgetRow> {
  const allowed = 1.2 * ROUND_TRIPS * ROUND_TRIP + 60
  const small = measured.filter(({ images }) => images <= 20)
  const slowest = small.toSorted((a, b) => b.wall - a.wall)[0]
  if (slowest !== undefined) {
    yield {
      work: `cold resolving, up to 20 images on 5 registries (slowest: ${slowest.images} on ${slowest.registries})`,
      budget: `1.2 × 5 r + 60 ms = ${ms(allowed)}`,
      measured: `${ms(slowest.wall)}, ${times(slowest.ratio)} the bare client`,
      holds: slowest.wall <= allowed,
    }
  }
  const large = measured.find(({ images, registries }) => images === 1000 && registries === 5)
  if (large !== undefined) {
    const each = large.cpu / large.images
    yield {
      work: '1000 images on 5 registries',
      budget: ms(LARGE_RUN),
      measured: `${ms(large.wall)}, ${times(large.ratio)} the bare client`,
      holds: large.wall <= LARGE_RUN,
    }
    yield {
      work: '1000 images on 5 registries, CPU time',
      budget: '0.6 ms of client CPU an image',
      measured: `${each.toFixed(2)} ms, ${times(large.cpu / large.floor.cpu)} the bare client`,
      holds: each <= 0.6,
    }
  }
  const repositories = ({ images, registries }: Measured): number =>
    Math.ceil(images / registries / TAGS) * registries
  yield {
    work: 'requests',
    budget: 'each reference once, a token a repository',
    measured: 'see below',
    holds: measured.every(
      (one) => one.traffic.answers === one.images && one.traffic.tokens <= repositories(one),
    ),
  }
  yield {
    work: 'connections',
    budget: 'none closed after a HEAD',
    measured: `at most ${Math.max(...measured.map(perRegistry))} a registry`,
    holds: measured.every(({ images, traffic }) => images === 1 || traffic.connections < traffic.answers),
  }
}

function perRegistry({ traffic, registries }: Measured): number {
  return Math.ceil(traffic.connections / registries)
}
