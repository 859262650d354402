import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox } from '../../support/sandbox.ts'
import { sharedPath } from '../../support/shared-path.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import type { ApiAnswer, KubernetesObject } from '../support/cluster/cluster-client.ts'
import { createNamespaces, installDefinitions, isDefinition } from '../support/cluster/definitions.ts'
import { type FilteredStream, filterStream, type ObjectPair } from '../support/cluster/object-pairs.ts'
import { storedDifference, withoutDigests } from '../support/cluster/stored-difference.ts'
import { etcd, GO_TOOLS, goTool, kubeApiserver } from '../support/go-tool.ts'
import {
  type KubernetesServer,
  kubernetesReader,
  startKubernetesServer,
} from '../support/kubernetes-server.ts'
import { describeWith } from '../support/need.ts'

const needs = {
  kubeApiserver: await kubeApiserver(),
  etcd: await etcd(),
  reader: await kubernetesReader(),
  helm: await goTool(GO_TOOLS.helm3),
}

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))

/** Streams by name. */
type Streams = readonly (readonly [name: string, bytes: Uint8Array])[]

function filesIn(folder: string, ...patterns: readonly string[]): Streams {
  return patterns
    .flatMap((pattern) => globSync(join(folder, pattern)).sort())
    .map((file) => [relative(folder, file), readFileSync(file)])
}

/** Where the streams come from; the shared ones are not everywhere. */
const SOURCES: Readonly<Record<string, (helm: string) => Promise<Streams | undefined>>> = {
  'the repository': async () =>
    filesIn(REPOSITORY, 'examples/*/*.yaml', 'examples/*/{app,package}/*.yaml', 'test/golden/*/input.yaml'),
  corpus: async () => sharedFiles('corpus'),
  'corpus-wide': async () => sharedFiles('corpus-wide'),
  charts: async (helm) => renderedCharts(helm),
}

function sharedFiles(name: string): Streams | undefined {
  const folder = sharedPath(name)
  return folder === undefined ? undefined : filesIn(folder, '*.yaml', '*.json')
}

async function renderedCharts(helm: string): Promise<Streams | undefined> {
  const folder = sharedPath('charts')
  if (folder === undefined) return undefined
  const sandbox = createSandbox()
  try {
    const streams: [string, Uint8Array][] = []
    for (const chart of globSync(join(folder, '*/Chart.yaml')).sort()) {
      const args = ['template', 'release', join(chart, '..'), '--include-crds', '--kube-version', '1.37.2']
      const run = await sandbox.run(helm, args)
      expect(run.code, run.stderr).toBe(0)
      streams.push([relative(folder, join(chart, '..')), Buffer.from(run.stdout)])
    }
    return streams
  } finally {
    sandbox.remove()
  }
}

/** What the server says of an object: its status, why it refuses the object, its warnings. */
function verdictOf({ status, body, warnings }: ApiAnswer): string {
  return withoutDigests([status, status === 201 ? '' : body.message, ...warnings].join(' '))
}

describeWith(needs, 'the API server, with and without the filter', (programs) => {
  let cluster: Cluster
  let reader: KubernetesServer
  beforeAll(async () => {
    cluster = await startCluster(programs)
    reader = startKubernetesServer(programs.reader)
  })
  afterAll(async () => {
    await reader?.close()
    await cluster?.stop()
  })

  const judge = async ({ before, after }: ObjectPair): Promise<readonly [ApiAnswer, ApiAnswer]> => [
    await cluster.client.create(before, { dryRun: true }),
    await cluster.client.create(after, { dryRun: true }),
  ]

  describe.each(Object.entries(SOURCES))('%s', (source, read) => {
    test('takes and refuses the same objects, and stores the same but for images and policies', async (context) => {
      const streams = await read(programs.helm)
      if (streams === undefined) {
        console.warn(`skipped: there is no ../shared/${source}`)
        return context.skip(`there is no ../shared/${source}`)
      }
      const filtered: FilteredStream[] = []
      // One after another, since the reader answers in the order of its questions.
      for (const [name, bytes] of streams) filtered.push(await filterStream(reader, name, bytes))
      const pairs = filtered.flatMap((stream) => (stream.kind === 'filtered' ? stream.pairs : []))
      const before = pairs.map((pair) => pair.before)
      const counts = {
        streams: streams.length,
        'streams refused before': filtered.filter(({ kind }) => kind === 'refused').length,
        objects: pairs.length,
        accepted: 0,
        refused: 0,
        'unknown kinds': 0,
        images: 0,
        policies: 0,
        'definitions installed': await installDefinitions(cluster.client, before.filter(isDefinition)),
      }
      await createNamespaces(cluster.client, before)

      const problems: string[] = []
      for (const pair of pairs) {
        const { apiVersion, kind, metadata } = pair.before
        const name = `${pair.stream}: ${apiVersion} ${kind} ${metadata.name}`
        const add = (before: KubernetesObject, after: KubernetesObject): void => {
          const { images, policies, others } = storedDifference(before, after)
          counts.images += images
          counts.policies += policies
          problems.push(...others.map((difference) => `${name}: ${difference}`))
        }
        if ((await cluster.client.resource(apiVersion, kind)) === undefined) {
          counts['unknown kinds'] += 1
          add(pair.before, pair.after)
          continue
        }
        const [one, other] = await judge(pair)
        const [verdict, otherVerdict] = [one, other].map(verdictOf)
        if (verdict !== otherVerdict) problems.push(`${name}: ${verdict}, ${otherVerdict}`)
        else if (one.status === 201) {
          counts.accepted += 1
          add(one.body, other.body)
        } else counts.refused += 1
      }
      console.log(
        `${source}: ${Object.entries(counts)
          .map(([what, count]) => `${count} ${what}`)
          .join(', ')}`,
      )
      expect(problems).toEqual([])
      expect(counts.accepted).toBeGreaterThan(20)
      expect(counts.images).toBeGreaterThan(20)
    })
  })
})
