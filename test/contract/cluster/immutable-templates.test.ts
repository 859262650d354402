import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../support/sandbox.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import { etcd, kubeApiserver, kubectl } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { kubeApiserver: await kubeApiserver(), etcd: await etcd(), kubectl: await kubectl() }

const [FIRST, MOVED] = ['a', 'b'].map((digit) => `@sha256:${digit.repeat(64)}`)

/** A PodSpec as Pinpull writes it: the policy is the same in each, and only the digest is not. */
const podSpec = (digest: string, more = ''): string =>
  `{${more}containers: [{name: c, image: 'app:1${digest}', imagePullPolicy: IfNotPresent}]}`
const template = (digest: string, more = ''): string =>
  `{metadata: {labels: {app: a}}, spec: ${podSpec(digest, more)}}`
const selected = (digest: string): string =>
  `spec: {selector: {matchLabels: {app: a}}, template: ${template(digest)}}`
const job = (digest: string, spec = '', metadata = 'name: a'): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {${metadata}}\nspec: {${spec}template: ${template(digest, 'restartPolicy: Never, ')}}\n`

describeWith(needs, 'the image of a workload that exists', (programs) => {
  let cluster: Cluster
  let sandbox: Sandbox
  beforeAll(async () => {
    cluster = await startCluster(programs)
    sandbox = createSandbox({ KUBECONFIG: cluster.kubeconfig })
    sandbox.addCommand('kubectl', programs.kubectl)
  })
  afterAll(async () => {
    sandbox?.remove()
    await cluster?.stop()
  })

  /** @returns `done`, or the reason of the API server */
  const run = async (command: string, manifest: string): Promise<string> => {
    sandbox.write('manifest.yaml', manifest)
    const { code, stderr } = await sandbox.bash(`kubectl ${command} -f manifest.yaml`)
    return code === 0
      ? 'done'
      : (/field is immutable|pod updates may not change fields|cannot use generate name/.exec(stderr)?.[0] ??
          stderr)
  }

  test.each<[kind: string, manifest: (digest: string) => string, answer: string]>([
    ['Pod', (digest) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${podSpec(digest)}\n`, 'done'],
    [
      'PodTemplate',
      (digest) => `apiVersion: v1\nkind: PodTemplate\nmetadata: {name: a}\ntemplate: ${template(digest)}\n`,
      'done',
    ],
    [
      'ReplicationController',
      (digest) =>
        `apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a}\nspec: {selector: {app: a}, template: ${template(digest)}}\n`,
      'done',
    ],
    ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].map(
      (kind): [string, (digest: string) => string, string] => [
        kind,
        (digest) => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: a}\n${selected(digest)}\n`,
        'done',
      ],
    ),
    [
      'CronJob',
      (digest) =>
        `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: 0 3 * * *, jobTemplate: {spec: {template: ${template(digest, 'restartPolicy: Never, ')}}}}\n`,
      'done',
    ],
    ['Job', (digest) => job(digest), 'field is immutable'],
    ['Job that is suspended', (digest) => job(digest, 'suspend: true, ', 'name: s'), 'field is immutable'],
  ])('of kind %s', async (_, manifest, answer) => {
    expect(await run('apply', manifest(''))).toBe('done')
    expect([await run('apply', manifest(FIRST ?? '')), await run('apply', manifest(MOVED ?? ''))]).toEqual([
      answer,
      answer,
    ])
  })

  test.each([
    [
      'the pull policy',
      (policy: string) => `spec: {containers: [{name: c, image: app, imagePullPolicy: ${policy}}]}`,
    ],
    [
      'an image volume',
      (policy: string) =>
        `spec: {containers: [{name: c, image: app}], volumes: [{name: v, image: {reference: 'app:1', pullPolicy: ${policy}}}]}`,
    ],
  ])('a Pod, in %s', async (name, spec) => {
    const pod = (policy: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name.replaceAll(' ', '-')}}\n${spec(policy)}\n`
    expect([await run('apply', pod('Always')), await run('apply', pod('IfNotPresent'))]).toEqual([
      'done',
      'pod updates may not change fields',
    ])
  })

  test('a Job, by each way around it', async () => {
    const first = job(FIRST ?? '', '', 'name: way')
    const moved = job(MOVED ?? '', '', 'name: way')
    expect(await run('apply', first)).toBe('done')
    // A lock file keeps the digest.
    expect(await run('apply', first)).toBe('done')
    expect(await run('apply --server-side --force-conflicts', moved)).toBe('field is immutable')
    expect(await run('apply --force', moved)).toBe('done')
    expect(await run('replace --force', first)).toBe('done')
    expect([await run('delete', first), await run('apply', moved)]).toEqual(['done', 'done'])
    const generated = job(FIRST ?? '', '', 'generateName: way-')
    expect([
      await run('apply', generated),
      await run('create', generated),
      await run('create', generated),
    ]).toEqual(['cannot use generate name', 'done', 'done'])
    // With a time to live the controller deletes the Job, once it is finished; until then nothing is different.
    const brief = job('', 'ttlSecondsAfterFinished: 1, ', 'name: brief')
    expect([
      await run('apply', brief),
      await run('apply', job(FIRST ?? '', 'ttlSecondsAfterFinished: 1, ', 'name: brief')),
    ]).toEqual(['done', 'field is immutable'])
  })
})
