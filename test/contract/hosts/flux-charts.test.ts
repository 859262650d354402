import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { applyEntries, type KustomizeImage } from '../../../src/inventory/kustomize-images.ts'
import { pageBlocks } from '../../support/page-blocks.ts'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../../support/sandbox.ts'
import { GO_TOOLS, goTool, helmController } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { copyFixture } from './fixture.ts'
import { sameRender } from './same-render.ts'

const blocks = pageBlocks().filter(({ page }) => page === 'docs/hosts/flux.md')
const RECIPE = blocks.find(({ text }) => text.startsWith('set -eu\nhelm '))?.text ?? ''
const KUSTOMIZATION = blocks.find(({ language }) => language === 'yaml')?.text ?? ''

const RELEASE = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  interval: 10m
  chartRef: {kind: OCIRepository, name: shop}
`

const needs = {
  helm: await goTool(GO_TOOLS.helm4),
  kustomize: await goTool(GO_TOOLS.kustomize),
  controller: await helmController(),
}

describeWith(needs, 'a HelmRelease of Flux', (paths) => {
  let images: TestRegistry
  let sandbox: Sandbox
  beforeAll(async () => {
    images = await startRegistry({ anyName: true, mirror: true })
  })
  afterAll(() => images.close())
  beforeEach(() => {
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${images.url}` })
    sandbox.addCommand('helm', paths.helm)
    sandbox.addCommand('kustomize', paths.kustomize)
    sandbox.write('release.yaml', RELEASE)
    sandbox.write('kustomization.yaml', KUSTOMIZATION)
  })
  afterEach(() => sandbox.remove())

  /** What the controller makes of a rendered chart for a HelmRelease. */
  const rendered = (release: string, manifests: string): Promise<Ran> =>
    sandbox.run(paths.controller, [release], { input: manifests })
  const good = async (run: Promise<Ran>): Promise<string> => {
    const { code, stdout, stderr } = await run
    expect(code, stderr).toBe(0)
    return stdout
  }
  /** Puts pins.yaml into the HelmRelease, by the kustomization of the page. */
  const patchRelease = async (): Promise<void> =>
    sandbox.write('pinned-release.yaml', await good(sandbox.run('kustomize', ['build', '.'])))
  const withoutPolicies = (manifests: string): string =>
    manifests.replace(/^ *(?:imagePullPolicy|pullPolicy): \w+\n/gm, '')
  /** Whether a HelmRelease with pins.yaml gets what a run of Pinpull makes of the manifests, but for the policies. */
  const expectAsPinned = async (after: string, manifests: string, ...args: readonly string[]) => {
    const pinned = await good(sandbox.run('pinpull', args, { input: manifests }))
    const expected = await good(rendered('release.yaml', pinned))
    expect(withoutPolicies(after)).toBe(withoutPolicies(expected))
  }

  test('the fixture: the recipe pins what a run of Pinpull would pin, and changes nothing else', async () => {
    copyFixture(sandbox.folder)
    await good(sandbox.run('helm', ['dependency', 'build', 'chart']))
    await good(sandbox.bash(RECIPE))
    await patchRelease()
    const manifests = sandbox.read('rendered.yaml')
    const before = await good(rendered('release.yaml', manifests))
    const after = await good(rendered('pinned-release.yaml', manifests))
    const { line, ...differs } = sameRender('helm-controller 1.6.3', before, after)
    console.log(line)
    expect(differs).toMatchObject({ images: 9, policies: 0, others: [] })
    expect(sandbox.read('pins.yaml')).toContain('pinpull would set 9 of them.\n')
    await expectAsPinned(after, manifests)
  })

  const pod = (name: string, ...list: readonly string[]): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  containers:
${list.map((image, index) => `  - {name: c${index}, image: "${image}"}\n`).join('')}`
  const HARD = `${pod('tags', 'one:1', 'one:2', 'two', 'docker.io/library/two:2', 'docker.io/acme/x:1')}
  initContainers:
  - {name: i, image: acme/x:1}
  ephemeralContainers:
  - {name: e, image: ghcr.io/acme/debug:1}
  volumes:
  - {name: m, image: {reference: ghcr.io/acme/model:1}}
${pod('skipped', 'three:1').replace('{name: skipped}', '{name: skipped, annotations: {pinpull.dev/skip: "true"}}')}
${pod('other', 'three:1', 'mirror.local/hub/library/four:1', 'four:2', `five:1@sha256:${'a'.repeat(64)}`, 'five:1')}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - {name: report, image: "localhost:5000/report:1"}
          volumes:
          - {name: m, image: {reference: ghcr.io/acme/other-model:1}}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusList
items:
- apiVersion: monitoring.coreos.com/v1
  kind: Prometheus
  metadata: {name: k8s}
  spec:
    image: quay.io/prometheus/prometheus:v3
    containers: [{name: sidecar, image: six:1}]
`
  const MIRRORED = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata: {name: x}
spec:
  profiles:
  - {name: prod, rewrite: [{from: docker.io, to: mirror.local/hub}]}
`

  test.each([
    ['digests', MIRRORED.replace(/\bspec:[\s\S]*/, 'spec: {}\n')],
    ['digests and names of a mirror', MIRRORED],
  ])('what one entry for each name cannot say: %s', async (_, config) => {
    sandbox.write('pinpull.yaml', config)
    sandbox.write('rendered.yaml', HARD)
    await good(
      sandbox.bash('pinpull inventory --config pinpull.yaml -o flux-images rendered.yaml > pins.yaml'),
    )
    await patchRelease()
    const after = await good(rendered('pinned-release.yaml', HARD))
    await expectAsPinned(after, HARD, '--config', 'pinpull.yaml')
    expect(after.match(/@sha256:/g)?.length).toBe(17)
    expect(sandbox.read('pins.yaml').match(/op: replace/g)?.length).toBeGreaterThan(5)
  })

  test('a chart that changed where a patch applies is refused', async () => {
    sandbox.write('rendered.yaml', HARD)
    await good(sandbox.bash('pinpull inventory -o flux-images rendered.yaml > pins.yaml'))
    await patchRelease()
    const run = await rendered('pinned-release.yaml', HARD.replace('prometheus:v3', 'prometheus:v4'))
    expect([run.code, run.stdout]).toEqual([1, ''])
    expect(run.stderr).toContain('/spec/image')
  })

  test('entries are applied as kustomize does', async () => {
    const entries: readonly KustomizeImage[] = [
      { name: 'nginx', newTag: '1.27' },
      { name: 'redis', digest: `sha256:${'b'.repeat(64)}` },
      { name: 'docker.io/library/nginx', newTag: '1', digest: `sha256:${'b'.repeat(64)}` },
      { name: 'acme/a', newName: 'ghcr.io/acme/a' },
      { name: 'ghcr.io/acme/a', newTag: '2' },
      { name: 'localhost:5000/app', newTag: '2' },
      { name: 'a.b/c', newTag: '2' },
    ]
    const names = [...entries.map(({ name }) => name), 'aXb/c', 'my/nginx', 'nginx2', 'localhost/app']
    const ends = ['', ':1', ':1.2_3-x', `@sha256:${'a'.repeat(64)}`, `:1@sha256:${'a'.repeat(64)}`]
    const all = names.flatMap((name) => [...ends, `@sha512:${'a'.repeat(128)}`].map((end) => `${name}${end}`))
    sandbox.write('app/pod.yaml', pod('all', ...all))
    sandbox.write('app/kustomization.yaml', JSON.stringify({ resources: ['pod.yaml'], images: entries }))
    const built = await good(sandbox.run('kustomize', ['build', 'app']))
    const [document] = parseAllDocuments(built)
    const containers: readonly { image: string }[] = document?.toJS().spec.containers
    expect(containers.map(({ image }) => image)).toEqual(all.map((image) => applyEntries(image, entries)))
  })
})
