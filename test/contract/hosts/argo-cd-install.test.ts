import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { createSandbox } from '../../support/sandbox.ts'
import { argoCdManifests } from '../support/argo-cd.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import type { KubernetesObject } from '../support/cluster/cluster-client.ts'
import { etcd, GO_TOOLS, goTool, kubeApiserver } from '../support/go-tool.ts'
import { textOf } from '../support/guarded-cluster.ts'
import { describeWith } from '../support/need.ts'

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url))
const objectsIn = (yaml: string): KubernetesObject[] =>
  parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject)

const needs = {
  kustomize: await goTool(GO_TOOLS.kustomize),
  kubeApiserver: await kubeApiserver(),
  etcd: await etcd(),
}

describeWith(needs, 'Argo CD: what is installed', ({ kustomize, ...programs }) => {
  let cluster: Cluster
  let manifests: string
  beforeAll(async () => {
    manifests = await argoCdManifests()
    cluster = await startCluster(programs)
    await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } })
  }, 150_000)
  afterAll(() => cluster?.stop())

  test("the sidecars, as a component of a kustomization of Argo CD's own repo server", async () => {
    const sandbox = createSandbox()
    try {
      cpSync(join(EXAMPLES, 'argo-cd'), join(sandbox.folder, 'pinpull'), { recursive: true })
      cpSync(join(manifests, 'base/repo-server'), join(sandbox.folder, 'repo-server'), { recursive: true })
      sandbox.write(
        'kustomization.yaml',
        'namespace: argocd\nresources: [repo-server]\ncomponents: [pinpull]\n',
      )
      const run = await sandbox.run(kustomize, ['build', '.'])
      expect(run.code, run.stderr).toBe(0)
      const objects = objectsIn(run.stdout)
      for (const object of objects) {
        const { status, body } = await cluster.client.create(object, { dryRun: true })
        expect(status, `${object.kind} ${object.metadata.name}: ${body.message}`).toBe(201)
      }
      // biome-ignore lint/suspicious/noExplicitAny: what the API server has accepted
      const { spec } = (objects.find(({ kind }) => kind === 'Deployment') as any).spec.template
      const configs = objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name)
      const mounted = ['helm-pinned', 'kustomize-pinned'].map(
        (plugin) => spec.volumes.find(({ name }: { name: string }) => name === plugin).configMap.name,
      )
      expect([spec.containers.map(({ name }: { name: string }) => name), mounted]).toEqual([
        expect.arrayContaining(['argocd-repo-server', 'helm-pinned', 'kustomize-pinned']),
        configs,
      ])
    } finally {
      sandbox.remove()
    }
  })

  test('the policy for Applications', async () => {
    const { client } = cluster
    const create = async (object: KubernetesObject) => {
      const { status, body } = await client.create(object)
      expect(status, body.message).toBe(201)
    }
    await create(parse(readFileSync(join(manifests, 'crds/application-crd.yaml'), 'utf8')))
    const git = { repoURL: 'https://git.example.com/shop', targetRevision: 'main' }
    const application = (spec: object): KubernetesObject => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop', namespace: 'argocd' },
      spec: { project: 'default', destination: { name: 'in-cluster' }, ...spec },
    })
    const source = (more: object) => application({ source: { ...git, path: 'chart', ...more } })
    const pinned = { plugin: { name: 'helm-pinned' } }
    const attempt = async (object: KubernetesObject, method: 'create' | 'update' = 'create') => {
      const answer = await client[method](object, { dryRun: true })
      return answer.status < 300 ? 'admitted' : textOf(answer)
    }
    // The definition is served after a moment, and the policy takes effect after another one.
    await until(async () => (await attempt(source({}))) === 'admitted')
    const old = source({ helm: { releaseName: 'old' } })
    await create(old)
    for (const object of objectsIn(readFileSync(join(EXAMPLES, 'argo-cd/applications-policy.yaml'), 'utf8')))
      await create(object)
    await until(
      async () =>
        (await attempt({ ...source({}), metadata: { name: 'x', namespace: 'argocd' } })) !== 'admitted',
    )

    const named = (object: KubernetesObject) => ({ ...object, metadata: { ...object.metadata, name: 'new' } })
    const refused = expect.stringContaining(
      'the source https://git.example.com/shop is rendered without pins: name the plugin helm-pinned or kustomize-pinned',
    )
    const drySource = { ...git, path: 'chart' }
    const syncSource = { targetBranch: 'environments/prod', path: 'shop' }
    const cases: readonly (readonly [what: string, object: KubernetesObject, verdict: unknown])[] = [
      ['one that names a plugin', source(pinned), 'admitted'],
      ['the other one', source({ plugin: { name: 'kustomize-pinned' } }), 'admitted'],
      ['another plugin', source({ plugin: { name: 'other' } }), refused],
      ['a plugin without a name', source({ plugin: {} }), refused],
      ['helm', source({ helm: { releaseName: 'shop' } }), refused],
      ['nothing', source({}), refused],
      ['a chart repository', application({ source: { ...git, chart: 'shop' } }), refused],
      [
        'several sources, all pinned or only referred to',
        application({
          sources: [
            { ...git, path: 'chart', ...pinned },
            { ...git, ref: 'values' },
          ],
        }),
        'admitted',
      ],
      [
        'several sources, one not pinned',
        application({
          sources: [
            { ...git, path: 'chart', ...pinned },
            { ...git, path: 'x', ref: 'values' },
          ],
        }),
        refused,
      ],
      [
        'a hydrator that pins',
        application({ sourceHydrator: { drySource: { ...drySource, ...pinned }, syncSource } }),
        'admitted',
      ],
      ['a hydrator that does not', application({ sourceHydrator: { drySource, syncSource } }), refused],
    ]
    for (const [what, object, verdict] of cases) {
      expect([what, await attempt(named(object))]).toEqual([what, verdict])
    }
    // biome-ignore lint/suspicious/noExplicitAny: what the API server has stored
    const stored = (await client.get(old)).body as any
    const status = { ...stored, status: { sync: { status: 'Synced' } } }
    expect(await attempt(status, 'update')).toBe('admitted')
    stored.spec.source.targetRevision = 'other'
    expect(await attempt(stored, 'update')).toEqual(refused)
    const page = readFileSync(new URL('../../../docs/hosts/argo-cd.md', import.meta.url), 'utf8')
    const fromPage = parse(/```yaml\n([\s\S]*?)```/.exec(page.replaceAll(/^ {3}/gm, ''))?.[1] ?? '')
    expect(await attempt(named(fromPage))).toBe('admitted')
    const hydrated = parse(readFileSync(join(EXAMPLES, 'rendered-manifests/application.yaml'), 'utf8'))
    expect(await attempt(named(hydrated))).toBe('admitted')
  })
})

/** Waits until something is so, for at most a minute. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it does not become so')
    await sleep(100)
  }
}
