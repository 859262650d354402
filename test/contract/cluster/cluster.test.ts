import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../support/sandbox.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import type { KubernetesObject } from '../support/cluster/cluster-client.ts'
import { etcd, kubeApiserver, kubectl } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { kubeApiserver: await kubeApiserver(), etcd: await etcd(), kubectl: await kubectl() }

const pod = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
})

describeWith(needs, 'the cluster of the contract tests', (programs) => {
  describe('a plain one', () => {
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

    test('it is the version that this repository names', async () => {
      const { body } = await cluster.client.request('GET', '/version')
      expect([body['major'], body['minor'], body['gitVersion']]).toEqual(['1', '37', 'v1.37.2'])
    })

    test('a dry run sets defaults and stores nothing', async () => {
      const { status, body } = await cluster.client.create(pod('dry'), { dryRun: true })
      expect([status, body['spec']]).toMatchObject([201, { containers: [{ imagePullPolicy: 'Always' }] }])
      expect((await cluster.client.get(pod('dry'))).status).toBe(404)
    })

    test('create, get, update, remove', async () => {
      const { client } = cluster
      expect((await client.create(pod('kept'))).status).toBe(201)
      const { status, body } = await client.get(pod('kept'))
      expect(status).toBe(200)
      const labelled = { ...body, metadata: { ...body.metadata, labels: { a: 'b' } } }
      expect((await client.update(labelled)).body.metadata['labels']).toEqual({ a: 'b' })
      expect((await client.remove(pod('kept'))).status).toBe(200)
    })

    test.each<[name: string, object: KubernetesObject, status: number, message: RegExp]>([
      [
        'an unknown field',
        { ...pod('a'), spec: { containers: [{ name: 'c', image: 'nginx', images: 'x' }] } },
        400,
        /unknown field "spec\.containers\[0\]\.images"/,
      ],
      ['an invalid object', { ...pod('a'), spec: { containers: [] } }, 422, /spec\.containers: Required/],
      [
        'an unknown kind',
        { ...pod('a'), apiVersion: 'example.com/v1' },
        404,
        /does not know example\.com\/v1 Pod/,
      ],
      ['an absent namespace', { ...pod('a'), metadata: { name: 'a', namespace: 'gone' } }, 404, /"gone"/],
    ])('%s is refused', async (_, object, status, message) => {
      const answer = await cluster.client.create(object, { dryRun: true })
      expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(message)])
    })

    test('warnings come with the answer', async () => {
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'c', image: 'nginx', env: [{ name: 'A' }, { name: 'A' }] }] },
      }
      const { warnings } = await cluster.client.create(object, { dryRun: true })
      expect(warnings.join('\n')).toContain('hides previous definition of "A"')
    })

    test('kubectl applies and reads', async () => {
      const input = JSON.stringify(pod('by-kubectl'))
      expect(await sandbox.run('kubectl', ['apply', '-f', '-'], { input })).toMatchObject({
        code: 0,
        stdout: 'pod/by-kubectl created\n',
      })
      const read = await sandbox.run('kubectl', ['get', 'pod', 'by-kubectl', '-o', 'name'])
      expect(read.stdout).toBe('pod/by-kubectl\n')
    })
  })

  test('flags and files: an admission policy that only whoever starts the server can give', async () => {
    const cluster = await startCluster(programs, {
      flags: ['--admission-control-config-file={folder}/admission.yaml'],
      files: {
        'admission.yaml': `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ValidatingAdmissionPolicy
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: ValidatingAdmissionPolicyConfiguration
    staticManifestsDir: {folder}/policies
`,
        'policies/policy.yaml': `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-pod.static.k8s.io}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  validations: [{expression: 'false', message: no Pod today}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-pod.static.k8s.io}
spec: {policyName: no-pod.static.k8s.io, validationActions: [Deny]}
`,
      },
    })
    try {
      const { status, body } = await cluster.client.create(pod('a'), { dryRun: true })
      expect([status, body.message]).toEqual([422, expect.stringContaining('no Pod today')])
    } finally {
      await cluster.stop()
    }
  })

  test('a flag that the server does not take is told', async () => {
    await expect(startCluster(programs, { flags: ['--no-such-flag'] })).rejects.toThrow(
      /the API server has ended:[\s\S]*unknown flag: --no-such-flag/,
    )
  })

  test('both servers end with the process that started them, even if it is killed', async () => {
    const module = new URL('../support/cluster/cluster.ts', import.meta.url).href
    const script = `const { startCluster } = await import('${module}')
const { folder, url } = await startCluster(${JSON.stringify(programs)})
console.log(JSON.stringify({ folder, url }))`
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const { folder, url } = JSON.parse(line) as { folder: string; url: string }
    expect(existsSync(folder)).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => existsSync(folder)).toBe(false)
    await expect(fetch(`${url}/readyz`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })
})
