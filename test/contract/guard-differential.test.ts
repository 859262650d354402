import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from './support/cluster/cluster.ts'
import type { KubernetesObject } from './support/cluster/cluster-client.ts'
import { etcd, GO_TOOLS, goTool, kubeApiserver } from './support/go-tool.ts'
import { boundTo, guardObjects, install } from './support/guard/bound-guard.ts'
import { CONFIGURATIONS, namespacesOf } from './support/guard/guard-configurations.ts'
import { type Comparison, comparePairs, type Pairing } from './support/guard/pair-comparison.ts'
import { OPEN, storedWorkloads } from './support/guard/stored-workload.ts'
import { EDGES, workloads } from './support/guard/workload-arbitrary.ts'
import { workloadFiles } from './support/guard/workload-files.ts'
import { describeWith } from './support/need.ts'

/** Generated workloads, each of which is put to every guard. */
const GENERATED = 60

/** A workload of a file is put to the guards of the built-in profiles, and to so many of the others in turn. */
const OTHERS = 10

describeWith(
  { kubeApiserver: await kubeApiserver(), etcd: await etcd(), helm: await goTool(GO_TOOLS.helm4) },
  'the guard says of an object what pinpull check says',
  (programs) => {
    let cluster: Cluster
    const totals: Record<string, number> = {}
    beforeAll(async () => {
      // Some manifests ask for privileged containers, which Kubernetes itself would refuse.
      cluster = await startCluster(programs, { flags: ['--allow-privileged=true'] })
      for (const name of [OPEN, ...CONFIGURATIONS.flatMap(namespacesOf)]) {
        await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      }
      const guards = CONFIGURATIONS.map((configuration) => {
        const namespaces = namespacesOf(configuration)
        return { objects: boundTo(guardObjects(configuration), namespaces), namespaces }
      })
      await install(cluster.client, guards, 'guards-are-installed')
    })
    afterAll(() => cluster?.stop())

    /** Compares, prints the counts, and adds them to the totals. */
    const compare = async (
      about: string,
      objects: readonly KubernetesObject[],
      pairing: Pairing,
    ): Promise<Comparison> => {
      const { workloads: stored, refused } = await storedWorkloads(cluster.client, objects)
      const result = await comparePairs(cluster.client, stored, pairing)
      const counts = { workloads: objects.length, refused: refused.length, ...result.counts }
      for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count
      console.log(`${about}: ${formatCounts(counts)}`)
      return result
    }

    test('about generated workloads', async () => {
      const { seed } = fc.readConfigureGlobal() ?? {}
      const sample = fc.sample(workloads, { numRuns: GENERATED, seed: seed as number })
      const generated = [...EDGES, ...sample]
      const { disagreements } = await compare(
        `generated with the seed ${seed}`,
        generated,
        () => CONFIGURATIONS,
      )
      expect(disagreements).toEqual([])
    })

    describe('about the workloads of', () => {
      const { found, missing } = workloadFiles(programs.helm)
      for (const place of missing)
        console.warn(`skipped: workloads of ${place} (there is no ../shared/${place})`)
      const builtIn = CONFIGURATIONS.slice(0, 4)
      const others = CONFIGURATIONS.slice(4)
      const inTurn: Pairing = (index) => [
        ...builtIn,
        ...Array.from({ length: OTHERS }, (_, step) => others[(index * OTHERS + step) % others.length]!),
      ]

      test.each(found)('$place', async ({ place, workloads: objects }) => {
        const { disagreements } = await compare(place, objects, inTurn)
        expect(disagreements).toEqual([])
      })
    })

    test('of at least 5,000 pairs, three in ten are denied, and three in ten admitted', () => {
      console.log(`in all: ${formatCounts(totals)}`)
      const { pairs = 0, denied = 0, admitted = 0 } = totals
      expect(pairs).toBeGreaterThanOrEqual(5_000)
      expect(Math.min(denied, admitted) / pairs).toBeGreaterThanOrEqual(0.3)
    })
  },
)

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}
