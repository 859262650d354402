import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import { bytes, ms, spread, times } from '../format.ts'
import { chart, stream } from '../inputs/inputs.ts'
import { lockFor } from '../lock.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run, Timing } from '../process-run.ts'
import { buildPeers, type Peers } from '../world/peers.ts'
import { BARE_CLIENT, startRegistries } from '../world/registries.ts'

/** Programs that are run alternately, by name. `binary` only exists if one is measured. */
type Racers<T> = Readonly<Record<'pinpull' | 'kbld' | 'digester', T> & { readonly binary?: T }>

/** Measures Pinpull and its peers, A B C A B C …, on one stream and one loopback registry, without and with lock files. */
export async function measurePeers(
  bench: Bench,
): Promise<{ budgets: BudgetRow[]; table: Table; versions: readonly string[] }> {
  const peers = buildPeers(bench.say)
  const overTls = await measureOverTls(bench, peers)
  const scale = await measureScale(bench, peers)
  const registries = await startRegistries({ count: 1, roundTrip: 0, secured: false }, bench.folder)
  const budgets: BudgetRow[] = [...overTls.budgets]
  const rows: string[][] = [overTls.row]
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
        rows.push([work, ...cells(timings)])
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
      about: `One loopback registry without delay: over TLS with a token for every repository and an authority that all trust beside the public ones, by NODE_EXTRA_CA_CERTS or, for Go, in the file that SSL_CERT_FILE names; else over plain HTTP. Medians, quartiles in brackets; ratios are to Pinpull on Node, pair by pair. Over TLS a bare client on Node, which only asks, takes ${overTls.bare}. For scale, \`kustomize build\` of ${scale}. Warm: Pinpull and kbld with their lock files; k8s-digester has none, so it contacts the registry again.`,
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

/** 20 images over TLS, which is what all three do in life. Over plain HTTP, Pinpull first tries TLS all the same. */
async function measureOverTls(
  bench: Bench,
  peers: Peers,
): Promise<{ budgets: BudgetRow[]; row: string[]; bare: string }> {
  const registries = await startRegistries({ count: 1, roundTrip: 0, secured: true }, bench.folder)
  try {
    const host = new URL(registries.urls[0] ?? '').host
    const input = join(bench.folder, 'tls.yaml')
    writeFileSync(
      input,
      chart(Array.from({ length: 20 }, (_, index) => `${host}/team/app-${index}:1.${index}.0`)),
    )
    const authority = registries.authorityFile ?? ''
    // As many public authorities as Node has: a machine's own file, which Go reads, has them, too.
    const machineFile = join(bench.folder, 'machine-authorities.pem')
    writeFileSync(machineFile, [...rootCertificates, readFileSync(authority, 'utf8')].join('\n'))
    const trust = { ours: { NODE_EXTRA_CA_CERTS: authority }, peers: { SSL_CERT_FILE: machineFile } }
    bench.say('20 images, cold over TLS, with the peers')
    const bare = { command: [process.execPath, BARE_CLIENT], input, env: trust.ours } as const
    const runs = { ...coldRuns(bench, peers, input, trust), bare }
    const timings = inTurn(bench.runner, runs, bench.quick ? 3 : 31)
    const work = '20 images (69 KB), cold over TLS'
    return {
      budgets: [...compare(work, timings, 'level')],
      row: [work, ...cells(timings)],
      bare: `${times(wallRatios(timings.bare, timings.kbld).median)} the time of kbld`,
    }
  } finally {
    registries.stop()
  }
}

/** @returns what kustomize and Pinpull take for 1.4 MB, in words */
async function measureScale(bench: Bench, peers: Peers): Promise<string> {
  bench.say('1.4 MB, with kustomize')
  const folder = mkdtempSync(join(bench.folder, 'kustomize-'))
  const input = join(folder, 'all.yaml')
  const text = stream('workloads', 1_400_000)
  writeFileSync(input, text)
  writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [all.yaml]\n')
  const { flags } = await lockFor(bench, input)
  const { pinpull, kustomize } = inTurn(
    bench.runner,
    {
      pinpull: { command: [...bench.pinpull, ...flags], input },
      kustomize: { command: [peers.kustomize, 'build', folder] },
    },
    // One build takes tens of seconds, which no noise hides.
    bench.quick ? 1 : 3,
  )
  const ratio = wallRatios(pinpull, kustomize).median
  const [own, other] = [pinpull, kustomize].map((samples) => ms(wallTimes(samples).median))
  return `${bytes(text.length)} takes ${other}, and pinning the same, locked, ${own}: ${times(ratio)} of it`
}

function cells({ pinpull, binary, kbld, digester }: Racers<readonly Timing[]>): readonly string[] {
  const time = (samples: readonly Timing[]): string => spread(wallTimes(samples), ms)
  const others = [...(binary === undefined ? [] : [binary]), kbld, digester]
  return [
    `${time(pinpull)}, 1 ×`,
    ...others.map((samples) => `${time(samples)}, ${times(wallRatios(samples, pinpull).median)}`),
  ]
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

function coldRuns(
  bench: Bench,
  peers: Peers,
  input: string,
  trust: { readonly ours?: Run['env']; readonly peers?: Run['env'] } = {},
): Racers<Run> {
  const env = trust.peers ?? {}
  return {
    ...ours(bench, [], { input, env: { ...trust.ours, PINPULL_CACHE_TTL: '0s' } }),
    kbld: { command: [peers.kbld, '-f', '-'], input, env },
    digester: { command: [peers.digester], input, env },
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

/**
 * Compares Pinpull with its peers.
 * @param budget `level` also holds if the quartiles of the ratio are on both sides of 1
 */
function* compare(
  work: string,
  timings: Racers<readonly Timing[]>,
  budget: 'ahead' | 'level' = 'ahead',
): Iterable<BudgetRow> {
  for (const us of ['pinpull', 'binary'] as const) {
    const mine = timings[us]
    if (mine === undefined) continue
    for (const peer of ['kbld', 'digester'] as const) {
      const { median: ratio, low } = wallRatios(mine, timings[peer])
      // 20 images on Node against kbld, which starts in a third of the time that Node takes.
      const allowed = work.startsWith('20 images') && work.endsWith('warm') && peer === 'kbld' ? 1.05 : 1
      const name = peer === 'kbld' ? 'kbld' : 'k8s-digester'
      yield {
        work: `${work}, against ${name}${us === 'binary' ? ': standalone binary' : ''}`,
        budget: allowed === 1 ? budget : times(allowed),
        measured:
          ratio < 1 ? `${times(1 / ratio)} as fast` : `behind: ${times(ratio)} its time (why: Peers, below)`,
        holds: ratio < allowed || (budget === 'level' && low <= 1),
      }
    }
  }
}
