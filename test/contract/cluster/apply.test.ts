import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../../support/sandbox.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import { etcd, kubeApiserver, kubectl } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { kubeApiserver: await kubeApiserver(), etcd: await etcd(), kubectl: await kubectl() }

/** A manifest with every kind of image that a Pod has, in the kinds that `kubectl apply` may change afterwards. */
const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - {name: migrate, image: 'shop/migrate:2'}
      - {name: proxy, image: envoy, restartPolicy: Always}
      containers:
      - {name: web, image: 'shop/web:1.4', imagePullPolicy: Always}
      - {name: log, image: fluentd}
      volumes:
      - {name: model, image: {reference: 'shop/model:3'}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 3 * * *
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: dump, image: 'postgres:17'}]}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`

/** The stream of the demonstration, less the custom resource whose definition it does not bring. */
function bookshop(): string {
  const text = readFileSync(new URL('../../../examples/demo/bookshop.yaml', import.meta.url), 'utf8')
  return text
    .split(/^---\n/m)
    .filter((document) => !document.includes('kind: Prometheus\n'))
    .join('---\n')
}

describeWith(needs, 'kubectl apply of what the filter writes', (programs) => {
  let cluster: Cluster
  let registry: TestRegistry
  let sandbox: Sandbox
  beforeAll(async () => {
    cluster = await startCluster(programs)
    registry = await startRegistry({ anyName: true, mirror: true })
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}`, KUBECONFIG: cluster.kubeconfig })
    sandbox.addCommand('kubectl', programs.kubectl)
    sandbox.write('shop.yaml', SHOP)
    sandbox.write('bookshop.yaml', bookshop())
    const run = await sandbox.bash(
      'for name in shop bookshop; do pinpull < $name.yaml > $name.pinned.yaml; done',
    )
    expect(run, run.stderr).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    sandbox?.remove()
    await registry?.close()
    await cluster?.stop()
  })

  let namespaces = 0
  let namespace = ''
  const createNamespace = async (): Promise<void> => {
    namespace = `apply-${namespaces++}`
    await sandbox.run('kubectl', ['create', 'namespace', namespace])
  }
  beforeEach(createNamespace)
  const kubectlIn = (...args: readonly string[]): Promise<Ran> =>
    sandbox.run('kubectl', ['--namespace', namespace, ...args])
  /** The version of each object of a stream, by kind and name. */
  const versions = async (file: string): Promise<ReadonlyMap<string, string>> => {
    const format =
      'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}'
    const run = await kubectlIn('get', '-f', file, '-o', format)
    expect(run, run.stderr).toMatchObject({ code: 0 })
    return new Map(
      run.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    )
  }

  describe.each([
    ['in the client', []],
    ['server-side', ['--server-side']],
  ])('%s', (_, how) => {
    const apply = (file: string): Promise<Ran> => kubectlIn('apply', ...how, '-f', file)

    /** Applies a stream twice. Returns the objects that the second time changes. */
    const applyTwice = async (file: string): Promise<readonly string[]> => {
      for (;;) {
        const { code, stderr } = await apply(file)
        if (code === 0) break
        // A custom resource in the same stream as its definition, which the server has yet to establish.
        expect(stderr).toContain('no matches for kind "Report"')
      }
      expect(await kubectlIn('diff', ...how, '-f', file)).toEqual({ code: 0, stdout: '', stderr: '' })
      const before = await versions(file)
      const again = await apply(file)
      expect(again, again.stderr).toMatchObject({ code: 0 })
      const after = await versions(file)
      return [...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name)
    }

    test.each<[stream: string, changed: readonly string[]]>([
      ['shop', []],
      // The API server itself writes a Job anew when it is applied server-side, with the filter and without.
      ['bookshop', how.length === 0 ? [] : ['Job/bookshop-migrate']],
    ])('%s: diff after apply is empty, and a second apply changes nothing', async (name, changed) => {
      expect(await applyTwice(`${name}.pinned.yaml`)).toEqual(changed)
      await createNamespace()
      expect(await applyTwice(`${name}.yaml`)).toEqual(changed)
    })

    test('over what was applied without the filter: images and policies change, then nothing', async () => {
      await apply('shop.yaml')
      const diff = await kubectlIn('diff', ...how, '-f', 'shop.pinned.yaml')
      expect(diff.code).toBe(1)
      const changes = diff.stdout.split('\n').filter((line) => /^[-+] /.test(line))
      expect(changes.length).toBeGreaterThan(10)
      expect(
        changes.filter(
          (line) => !/^[-+] +(?:- )?(?:image|imagePullPolicy|reference|pullPolicy|generation): /.test(line),
        ),
      ).toEqual([])
      const applied = await apply('shop.pinned.yaml')
      expect(applied, applied.stderr).toMatchObject({ code: 0 })
      expect(await kubectlIn('diff', ...how, '-f', 'shop.pinned.yaml')).toMatchObject({ code: 0, stdout: '' })
    })
  })
})
