import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { defaultPullPolicy } from '../../../src/kube/pod/pull-policy.ts'
import { DEFAULT_POLICIES } from '../../support/default-policies.ts'
import { referenceTexts } from '../../support/reference-texts.ts'
import { POSITIONS, PRESENT, transformAs, truthTable } from '../../support/truth-table.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import type { ApiAnswer, KubernetesObject } from '../support/cluster/cluster-client.ts'
import { etcd, kubeApiserver } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { kubeApiserver: await kubeApiserver(), etcd: await etcd() }

interface Container {
  readonly name: string
  readonly image: string
  readonly imagePullPolicy?: string
}

interface PodSpec {
  readonly initContainers?: readonly Container[]
  readonly containers?: readonly Container[]
  readonly volumes?: readonly { name: string; image: { reference: string; pullPolicy?: string } }[]
  readonly restartPolicy?: string
}

const FILLER: Container = { name: 'filler', image: 'registry.example.com/filler:1' }
const labels = { app: 'a' }

/** Every kind that holds a PodSpec, made of one. */
const KINDS: Readonly<Record<string, (spec: PodSpec) => KubernetesObject>> = {
  Pod: (spec) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec }),
  PodTemplate: (spec) => ({
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name: 'a' },
    template: templateOf(spec),
  }),
  ReplicationController: (spec) => ({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'a' },
    spec: { selector: labels, template: templateOf(spec) },
  }),
  ...Object.fromEntries(
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => [
      kind,
      (spec: PodSpec) => ({
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'a' },
        spec: { selector: { matchLabels: labels }, template: templateOf(spec) },
      }),
    ]),
  ),
  Job: (spec) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'a' },
    spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } },
  }),
  CronJob: (spec) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'a' },
    spec: {
      schedule: '@daily',
      jobTemplate: { spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } } },
    },
  }),
}

function templateOf(spec: PodSpec): unknown {
  return { metadata: { labels }, spec }
}

/** The PodSpec in an object of one of these kinds. */
function podSpecOf(object: KubernetesObject): PodSpec {
  const seen = JSON.parse(JSON.stringify(object))
  const spec =
    seen.template?.spec ?? seen.spec.jobTemplate?.spec.template.spec ?? seen.spec.template?.spec ?? seen.spec
  return spec as PodSpec
}

describeWith(needs, 'pull policies, judged by the API server', (programs) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster(programs)
  })
  afterAll(() => cluster?.stop())

  const stored = (object: KubernetesObject): Promise<ApiAnswer> =>
    cluster.client.create(object, { dryRun: true })

  /** The policies that images get which have none: as containers, as init containers and as image volumes. */
  const defaultsOf = async (images: readonly string[], kind = KINDS['Pod']!) => {
    const containers = images.map((image, index) => ({ name: `c${index}`, image }))
    const initContainers = images.map((image, index) => ({ name: `i${index}`, image }))
    const volumes = images.map((reference, index) => ({ name: `v${index}`, image: { reference } }))
    const { status, body } = await stored(kind({ containers, initContainers, volumes }))
    if (status !== 201) return { status, message: body.message }
    const spec = podSpecOf(body)
    return {
      status,
      policies: images.map((image, index) => [
        image,
        spec.containers?.[index]?.imagePullPolicy,
        spec.initContainers?.[index]?.imagePullPolicy,
        spec.volumes?.[index]?.image.pullPolicy,
      ]),
    }
  }
  /** The API server refuses images with spaces around them. */
  const isTaken = (image: string): boolean => image !== '' && image.trim() === image

  describe.each(Object.entries(KINDS))('%s', (_, kind) => {
    test('every spelling of the table gets the policy that Pinpull takes for the default', async () => {
      const spellings = DEFAULT_POLICIES.filter(([image]) => isTaken(image))
      const images = spellings.map(([image]) => image)
      expect(await defaultsOf(images, kind)).toEqual({
        status: 201,
        policies: spellings.map(([image, policy]) => [image, policy, policy, policy]),
      })
    })
  })

  test.each(DEFAULT_POLICIES.filter(([image]) => !isTaken(image)))('%j is refused', async (image) => {
    expect((await defaultsOf([image])).status).toBe(422)
  })

  test('generated spellings', async () => {
    const images = [...new Set(referenceTexts(6_000, 17))].filter(isTaken)
    const wanted = images.map((image) => [image, ...Array(3).fill(defaultPullPolicy(image))])
    const always = wanted.filter(([, policy]) => policy === 'Always').length
    console.log(`${images.length} spellings, of which ${always} default to Always`)
    expect(always).toBeGreaterThan(100)
    for (let start = 0; start < images.length; start += 200) {
      const policies = wanted.slice(start, start + 200)
      expect(await defaultsOf(images.slice(start, start + 200))).toEqual({ status: 201, policies })
    }
  })

  test.each(['null', "''"])('a policy of %s is none', async (nothing) => {
    for (const [image, policy] of [
      ['nginx', 'Always'],
      ['nginx:1.27', 'IfNotPresent'],
    ] as const) {
      const container = parse(`{name: c, image: ${image}, imagePullPolicy: ${nothing}}`)
      const { status, body } = await stored(KINDS['Pod']!({ containers: [container] }))
      expect([status, podSpecOf(body).containers?.[0]?.imagePullPolicy]).toEqual([201, policy])
    }
  })

  describe.each(Object.entries(POSITIONS))('%s: the truth table of docs/pull-policy.md', (_, manifest) => {
    /** What is stored as the policy of the image in a manifest. */
    const storedPolicy = async (text: string): Promise<string | undefined> => {
      const object = parse(text)
      const { status, body } = await stored({ ...object, spec: { containers: [FILLER], ...object.spec } })
      expect(status, body.message).toBe(201)
      const { containers, volumes } = podSpecOf(body)
      return volumes?.[0]?.image.pullPolicy ?? containers?.[0]?.imagePullPolicy
    }

    test('the API server stores what each cell says', async () => {
      const rows = truthTable()
      const cells: unknown[] = []
      for (const row of rows) {
        for (const present of PRESENT) {
          const policy = await storedPolicy(await transformAs(row, manifest(row.image, present)))
          cells.push([row.profile, row.image, row.mode, present, policy])
        }
      }
      expect(cells).toEqual(
        rows.flatMap(({ profile, image, mode, results }) =>
          results.map((policy, index) => [profile, image, mode, PRESENT[index], policy]),
        ),
      )
    })

    test('preserve: the policy stays what it would have been without Pinpull', async () => {
      for (const row of truthTable().filter(({ mode }) => mode === 'preserve')) {
        for (const [index, present] of PRESENT.entries()) {
          const policy = await storedPolicy(manifest(row.image, present))
          expect([row.image, present, policy]).toEqual([row.image, present, row.results[index]])
        }
      }
    })
  })
})
