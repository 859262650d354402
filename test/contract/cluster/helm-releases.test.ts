import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failWith } from '../../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../../support/sandbox.ts'
import { describeShared } from '../../support/shared.ts'
import { copyFixture } from '../hosts/fixture.ts'
import { reported, sameRender } from '../hosts/same-render.ts'
import { storedObjects } from '../hosts/stored-objects.ts'
import { type Cluster, startCluster } from '../support/cluster/cluster.ts'
import { type JobController, startJobController } from '../support/cluster/job-controller.ts'
import {
  etcd,
  GO_TOOLS,
  goTool,
  HELMFILE_VERSION,
  helmfile,
  kubeApiserver,
  versionOf,
} from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = {
  kubeApiserver: await kubeApiserver(),
  etcd: await etcd(),
  helm3: await goTool(GO_TOOLS.helm3),
  helm4: await goTool(GO_TOOLS.helm4),
  helmfile: await helmfile(),
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: {{ .Values.image }}
`

const HOOK = `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: {{ .Values.image }}
`

/** What Helm keeps of a release, of which it has one Secret for each revision. */
interface Release {
  readonly info: { readonly status: string }
  readonly manifest: string
  readonly hooks: readonly { readonly manifest: string }[] | null
}

describeWith(needs, 'releases of Helm in a cluster', (programs) => {
  let cluster: Cluster
  let jobs: JobController
  let registry: TestRegistry
  beforeAll(async () => {
    cluster = await startCluster(programs)
    jobs = startJobController(cluster.client)
    registry = await startRegistry({ anyName: true, mirror: true })
  })
  afterAll(async () => {
    await jobs?.stop()
    await registry?.close()
    await cluster?.stop()
  })

  describe.each([
    ['Helm 3', 3, programs.helm3],
    ['Helm 4', 4, programs.helm4],
  ] as const)('%s', (_, major, binary) => {
    let sandbox: Sandbox
    const namespace = `helm-${major}`
    beforeAll(async () => {
      sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}`, KUBECONFIG: cluster.kubeconfig })
      sandbox.addCommand('helm', binary)
      expect((await sandbox.run('pinpull', ['helm', 'install-plugin'])).code).toBe(0)
      sandbox.write('shop/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 0.1.0\n')
      sandbox.write('shop/templates/web.yaml', DEPLOYMENT)
      sandbox.write('shop/templates/migrate.yaml', HOOK)
      await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    })
    afterAll(() => sandbox?.remove())

    const helm = (...args: readonly string[]): Promise<Ran> =>
      sandbox.run('helm', [...args, '--namespace', namespace])
    const pinned = (...args: readonly string[]): Promise<Ran> => helm(...args, '--post-renderer', 'pinpull')

    const release = async (name: string, revision: number): Promise<Release> => {
      const metadata = { name: `sh.helm.release.v1.${name}.v${revision}`, namespace }
      const { body } = await cluster.client.get({ apiVersion: 'v1', kind: 'Secret', metadata })
      const { release } = body['data'] as { release: string }
      const zipped = Buffer.from(Buffer.from(release, 'base64').toString(), 'base64')
      return JSON.parse(gunzipSync(zipped).toString())
    }
    /** Image and policy of the container of an object, or the status of its absence. */
    const container = async (apiVersion: string, kind: string, name: string) => {
      const { status, body } = await cluster.client.get({ apiVersion, kind, metadata: { name, namespace } })
      if (status !== 200) return status
      const spec = body['spec'] as {
        template: { spec: { containers: { image: string; imagePullPolicy: string }[] } }
      }
      const { image, imagePullPolicy } = spec.template.spec.containers[0]!
      return [image, imagePullPolicy]
    }
    const deployment = (name: string) => container('apps/v1', 'Deployment', name)
    const job = (name: string) => container('batch/v1', 'Job', `${name}-migrate`)

    /** Moves the tag that the chart uses to another image. */
    const move = (seed: string): string => registry.push('docker.io/library/shop:1.2', { seed }).digest

    test('install, upgrade after the tag has moved, roll back', async () => {
      const values = ['--set', 'image=shop:1.2']
      const first = `shop:1.2@${move('first')}`
      expect(await pinned('install', 'shop', './shop', ...values)).toMatchObject({ code: 0 })
      expect(await deployment('shop')).toEqual([first, 'IfNotPresent'])
      // Helm 3 shows no hook to a post-renderer.
      expect(await job('shop')).toEqual([major === 3 ? 'shop:1.2' : first, 'IfNotPresent'])
      const one = await release('shop', 1)
      expect(one.manifest).toMatch(new RegExp(`image: ${first}\\n +imagePullPolicy: IfNotPresent\\n`))
      expect(one.hooks?.map(({ manifest }) => manifest.includes(first))).toEqual([major === 4])

      const second = `shop:1.2@${move('second')}`
      expect(await pinned('upgrade', 'shop', './shop', ...values)).toMatchObject({ code: 0 })
      expect(await deployment('shop')).toEqual([second, 'IfNotPresent'])
      expect((await release('shop', 2)).manifest).toBe(one.manifest.replace(first, second))

      // A rollback applies what the first revision stored: nothing is rendered, and no registry is asked.
      registry.clearRequests()
      expect(await helm('rollback', 'shop', '1')).toMatchObject({ code: 0 })
      expect(await deployment('shop')).toEqual([first, 'IfNotPresent'])
      const three = await release('shop', 3)
      expect([three.manifest, three.hooks?.map(({ manifest }) => manifest)]).toEqual([
        one.manifest,
        one.hooks?.map(({ manifest }) => manifest),
      ])
      expect(registry.count()).toBe(0)

      expect(await helm('uninstall', 'shop')).toMatchObject({ code: 0 })
      expect(await deployment('shop')).toBe(404)
    })

    test('upgrade of a release that was installed without Pinpull: digest and policy arrive', async () => {
      const digest = move('third')
      expect(await helm('install', 'old', './shop', '--set', 'image=shop')).toMatchObject({ code: 0 })
      expect(await deployment('old')).toEqual(['shop', 'Always'])
      const upgrade = await pinned('upgrade', 'old', './shop', '--set', 'image=shop:1.2')
      expect(upgrade).toMatchObject({ code: 0 })
      expect(await deployment('old')).toEqual([`shop:1.2@${digest}`, 'IfNotPresent'])
    })

    test('the same upgrade again changes no Deployment', async () => {
      const version = async (): Promise<unknown> =>
        (
          await cluster.client.get({
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'same', namespace },
          })
        ).body.metadata['resourceVersion']
      const run = (): Promise<Ran> =>
        pinned('upgrade', '--install', 'same', './shop', '--set', 'image=shop:1.2', '--no-hooks')
      expect(await run()).toMatchObject({ code: 0 })
      const before = await version()
      expect(await run()).toMatchObject({ code: 0 })
      expect(await version()).toBe(before)
    })

    test('a registry that fails: the release stays as it is', async () => {
      expect(
        await pinned('install', 'kept', './shop', '--set', 'image=shop:1.2', '--no-hooks'),
      ).toMatchObject({ code: 0 })
      const before = await deployment('kept')
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      const run = await pinned('upgrade', 'kept', './shop', '--set', 'image=shop:1.3', '--no-hooks')
      registry.clearScript()
      expect(run.code).toBe(1)
      expect(await deployment('kept')).toEqual(before)
      expect((await release('kept', 1)).info.status).toBe('deployed')
      await expect(release('kept', 2)).rejects.toThrow()
    })

    describe('the fixture of all hosts is stored the same', () => {
      const place = `same-${major}`
      const name = `Helm ${versionOf(major === 3 ? GO_TOOLS.helm3 : GO_TOOLS.helm4)}`
      const values = '--values chart/values-stage.yaml --values values-prod.yaml --set encrypted=false'
      beforeAll(async () => {
        copyFixture(sandbox.folder)
        sandbox.write(
          'preserve.yaml',
          'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {profiles: [{name: prod, policyMode: preserve}]}\n',
        )
        sandbox.addCommand('helmfile', programs.helmfile)
        await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: place } })
        const known = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'known-before', namespace: place },
        }
        await cluster.client.create(known)
        expect(await sandbox.run('helm', ['dependency', 'build', 'chart'])).toMatchObject({ code: 0 })
      })

      /** Runs the lines, reads what is there, and removes the release. */
      const stored = async (...lines: readonly string[]) => {
        const run = await sandbox.bash(lines.join('\n'))
        expect(run.code, run.stderr).toBe(0)
        const objects = await storedObjects(cluster.client, place)
        expect(await sandbox.bash(`helm uninstall shop --namespace ${place}`)).toMatchObject({ code: 0 })
        return objects
      }
      // The API server has filled in the policies of both: those of the first are its own defaults.
      const difference = { objects: 10, images: major === 3 ? 6 : 7, policies: 2, others: [] }

      test('install and upgrade', async () => {
        const lines = (renderer: string): string[] => [
          `helm install shop chart --namespace ${place} ${values} --set web.replicas=2 ${renderer}`,
          `helm upgrade shop chart --namespace ${place} ${values} ${renderer}`,
        ]
        const before = await stored(...lines(''))
        const after = await stored(...lines('--post-renderer pinpull'))
        expect(JSON.stringify(before)).toContain('"known":"true"')
        const line = `${name} install and upgrade, as the API server stores it`
        expect(reported(sameRender(line, before, after))).toMatchObject(difference)

        // A profile that keeps policies writes the defaults of the references as they were, so that none of them changes.
        const kept = await stored(
          'export PINPULL_CONFIG=$PWD/preserve.yaml',
          `helm install shop chart --namespace ${place} ${values} --post-renderer pinpull`,
        )
        const preserved = sameRender(`${name} install with policyMode: preserve`, before, kept)
        expect(reported(preserved)).toMatchObject({ ...difference, policies: 0 })
      })

      test('a pipe, from a render that asks the cluster', async () => {
        const flags = `--namespace ${place} ${values}`
        const asking = major === 3 ? '--validate --dry-run=server' : '--dry-run=server'
        const run = await sandbox.bash(`helm install shop chart ${flags}
helm get manifest shop --namespace ${place} > installed.yaml
helm get hooks shop --namespace ${place} >> installed.yaml
helm uninstall shop --namespace ${place}
helm template shop chart ${flags} ${asking} | pinpull > piped.yaml`)
        expect(run.code, run.stderr).toBe(0)
        const [before, after] = [sandbox.read('installed.yaml'), sandbox.read('piped.yaml')]
        const line = `${name} template ${asking} | pinpull, beside what is installed`
        expect(reported(sameRender(line, before, after, { anyOrder: true }))).toMatchObject({
          objects: 10,
          images: 8,
          others: [],
        })
      })

      test('helmfile sync', async () => {
        const file = (defaults: string): string => `${defaults}releases:
  - name: shop
    namespace: ${place}
    chart: ./chart
    values: [chart/values-stage.yaml, values-prod.yaml, {encrypted: false}]
`
        sandbox.write('plain.yaml', file(''))
        sandbox.write('pinned.yaml', file('helmDefaults: {postRenderer: pinpull}\n'))
        const before = await stored('helmfile -f plain.yaml sync')
        const after = await stored('helmfile -f pinned.yaml sync')
        const line = `helmfile ${HELMFILE_VERSION} sync with ${name}, as the API server stores it`
        expect(reported(sameRender(line, before, after))).toMatchObject(difference)
      })
    })

    test('--dry-run=server shows what would be stored, and stores nothing', async () => {
      const run = await pinned('install', 'dry', './shop', '--set', 'image=shop:1.2', '--dry-run=server')
      expect([run.code, run.stdout.includes('image: shop:1.2@sha256:')]).toEqual([0, true])
      expect(await deployment('dry')).toBe(404)
    })

    describeShared('charts', 'real charts', (charts) => {
      // Their hooks wait for Pods, which nobody runs here.
      test.each(['ingress-nginx', 'metrics-server', 'prometheus-node-exporter'])('%s', async (name) => {
        const chart = `${charts}/${name}`
        const run = await pinned('install', name, chart, '--no-hooks')
        expect(run, run.stderr).toMatchObject({ code: 0 })
        const check = await sandbox.bash(
          `helm get manifest ${name} --namespace ${namespace} | pinpull check --require-pinned -`,
        )
        expect(check, check.stderr).toMatchObject({ code: 0 })
        expect(await helm('uninstall', name, '--no-hooks')).toMatchObject({ code: 0 })
      })
    })
  })
})
