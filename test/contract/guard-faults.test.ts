import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from './support/cluster/cluster.ts'
import { etcd, kubeApiserver } from './support/go-tool.ts'
import { boundTo, guardObjects, install } from './support/guard/bound-guard.ts'
import { CONFIGURATIONS, type GuardConfiguration } from './support/guard/guard-configurations.ts'
import { FAULTS } from './support/guard/guard-faults.ts'
import { compareOne } from './support/guard/pair-comparison.ts'
import { inParallel } from './support/guard/parallel.ts'
import {
  createIn,
  inNamespace,
  OPEN,
  type StoredWorkload,
  storedWorkloads,
} from './support/guard/stored-workload.ts'
import { compareUpdate, createOldObjects, HARMLESS, type Update } from './support/guard/update-comparison.ts'
import { EDGES, ephemeralContainers, workloads } from './support/guard/workload-arbitrary.ts'
import { describeWith } from './support/need.ts'

/** Each fault, and each configuration that has one, without it: there the comparison must find nothing. */
const CASES = [
  ...[...new Set(FAULTS.map(({ configuration }) => configuration))].map((configuration) => ({
    name: 'nothing',
    configuration,
  })),
  ...FAULTS,
].map((fault, index) => ({ namespace: `fault-${index}`, ...fault }))

describeWith(
  { kubeApiserver: await kubeApiserver(), etcd: await etcd() },
  'the comparison of verdicts finds faults of the compiler',
  (programs) => {
    let cluster: Cluster
    let stored: readonly StoredWorkload[]
    const updates: Update[] = [...HARMLESS]

    const configurationOf = (name: string): GuardConfiguration =>
      CONFIGURATIONS.find((one) => one.name === name) as GuardConfiguration

    beforeAll(async () => {
      cluster = await startCluster(programs)
      const { client } = cluster
      await inParallel([OPEN, ...CASES.map(({ namespace }) => namespace)], async (name) => {
        await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
        await createOldObjects(client, name)
      })
      const guards = CASES.map(({ namespace, configuration, ...fault }) => {
        const named = { ...configurationOf(configuration), name: namespace }
        const right = guardObjects(named)
        const profile = 'profile' in fault ? fault.profile?.(named.profile) : undefined
        const compiled = profile === undefined ? right : guardObjects({ ...named, profile })
        const objects = ('objects' in fault ? fault.objects?.(compiled) : undefined) ?? compiled
        if (fault.name !== 'nothing')
          expect(objects, `${fault.name}: it changes something`).not.toEqual(right)
        return { objects: boundTo(objects, [namespace]), namespaces: [namespace] }
      })
      await install(client, guards, 'guards-are-installed')

      const { seed } = fc.readConfigureGlobal() ?? {}
      const options = { numRuns: 100, seed: seed as number }
      const found = await storedWorkloads(client, [...EDGES, ...fc.sample(workloads, options)])
      stored = found.workloads.map(([owner]) => owner as StoredWorkload)
      for (const containers of fc.sample(ephemeralContainers, { ...options, numRuns: 12 })) {
        updates.push({ kind: 'debug', containers }, { kind: 'rollout', containers })
      }
    })
    afterAll(() => cluster?.stop())

    /** The first disagreement. */
    const firstDisagreement = async (
      namespace: string,
      configuration: GuardConfiguration,
    ): Promise<string | undefined> => {
      let first: string | undefined
      await inParallel([...updates, ...stored], async (item) => {
        if (first !== undefined) return
        const disagreements =
          'kind' in item
            ? (await compareUpdate(cluster.client, item, namespace, configuration)).disagreements
            : (
                await compareOne(
                  await createIn(cluster.client, item.object, namespace),
                  inNamespace(item.stored, namespace),
                  configuration,
                )
              ).disagreements.map((text) => `a new ${item.stored.kind}: ${text}`)
        first ??= disagreements[0]
      })
      return first
    }

    test.each(CASES)('$configuration: $name', async ({ name, namespace, configuration }) => {
      const found = await firstDisagreement(namespace, configurationOf(configuration))
      if (name === 'nothing') expect(found).toBeUndefined()
      else expect(found).toBeDefined()
      if (found !== undefined) console.log(`${configuration}: ${name}: found by ${found}`)
    })
  },
)
