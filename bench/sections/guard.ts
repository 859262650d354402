import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Table } from '../bench.ts'
import { ms, spread, times } from '../format.ts'
import { lockText } from '../lock.ts'
import { ratios, summarize } from '../statistics.ts'
import { type GuardedCluster, startGuardedClusters } from '../world/guarded-clusters.ts'

/** The guards that are compared, as options of `pinpull guard`; the first cluster has none. */
const GUARDS = { validating: ['--only-locked'], both: ['--only-locked', '--pin'] } as const

/**
 * Measures how long the API server takes to create a Pod, as a dry run, without a guard, with the validating policy, and with the
 * mutating one as well: three servers, asked alternately.
 */
export async function measureGuard(bench: Bench): Promise<{ table: Table }> {
  const clusters = await startGuardedClusters(3)
  const [none, validating, both] = clusters as [GuardedCluster, GuardedCluster, GuardedCluster]
  const rows: string[][] = []
  try {
    for (const entries of bench.quick ? [10] : [10, 1000, 5000]) {
      bench.say(`a Pod, with ${entries} locked images`)
      const images = lockedImages(entries)
      // Another digest for each size shows when the server has seen the new guard.
      const digest = `sha256:${String(entries).padStart(64, '0')}`
      const lock = join(bench.folder, 'guard.lock.yaml')
      writeFileSync(lock, lockText(images, digest))
      await validating.apply(guardOf(bench, lock, GUARDS.validating))
      await both.apply(guardOf(bench, lock, GUARDS.both))
      const tag = images.at(-1) ?? ''
      const pinned = `${tag}@${digest}`
      await until(
        async () =>
          (await validating.admit(tag)) === undefined && (await validating.admit(pinned)) === pinned,
      )
      await until(async () => (await both.admit(tag)) === pinned)

      const racers = [() => none.admit(pinned), () => validating.admit(pinned), () => both.admit(tag)]
      const [base = [], ...guarded] = await inTurn(racers, bench.quick ? 20 : 400)
      rows.push([
        String(entries),
        spread(summarize(base), ms),
        ...guarded.map(
          (samples) => `${spread(summarize(samples), ms)}, ${times(summarize(ratios(samples, base)).median)}`,
        ),
      ])
    }
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()))
  }
  return {
    table: {
      title: 'The guard: creating a Pod',
      about:
        'kube-apiserver 1.37.2, one server for each column, asked alternately over a kept connection for a Pod with one container, as a dry run. Medians, quartiles in brackets; the ratio to the server without a guard is computed pair by pair. The validating half admits locked digests only; with both halves the Pod has a tag, which the mutating half pins.',
      columns: ['locked images', 'no guard', 'validating', 'validating and mutating'],
      rows,
    },
  }
}

/** Five tags of each repository: a ConfigMap, which has 1 MiB, holds a line for each of both. */
function lockedImages(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `registry.example.com/team/app-${Math.floor(index / 5)}:1.${index % 5}`,
  )
}

function guardOf(bench: Bench, lock: string, options: readonly string[]): string {
  const [command, ...words] = bench.pinpull
  const args = ['guard', '--profile', 'prod', '--action', 'deny', '--lock-file', lock, ...options]
  return execFileSync(command, [...words, ...args], { encoding: 'utf8' })
}

/** A policy takes effect when the server has been told of it, and of its parameters. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 600) throw new Error('the guard does not take effect')
    await sleep(50)
  }
}

/** The times of requests in milliseconds, made alternately after some that warm up. */
async function inTurn(
  racers: readonly (() => Promise<unknown>)[],
  rounds: number,
): Promise<readonly (readonly number[])[]> {
  const samples = racers.map(() => [] as number[])
  for (let round = -20; round < rounds; round += 1) {
    for (const [index, request] of racers.entries()) {
      const begun = performance.now()
      await request()
      if (round >= 0) samples[index]?.push(performance.now() - begun)
    }
  }
  return samples
}
