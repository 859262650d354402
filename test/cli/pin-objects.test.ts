import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let cwd: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())
beforeEach(() => {
  cwd = temporaryFolder()
})

async function pin(text: string, ...args: readonly string[]) {
  writeFileSync(join(cwd, 'app.yaml'), text)
  const env = { PINPULL_MIRROR: `*=${registry.url}` }
  const run = await runInProcess(['pin', '--write', '-o', 'json', ...args, 'app.yaml'], { cwd, env })
  const { images, proofs, diagnostics } = JSON.parse(run.stdout)
  const after = readFileSync(join(cwd, 'app.yaml'), 'utf8').replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST')
  return { code: run.code, after, images, proofs, diagnostics }
}

const FLUX_KUSTOMIZATION = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: flux-system}
spec:
  path: ./shop
  images:
  - name: nginx
    newTag: "1.27"
  - name: busybox
    newTag: "1.37" # {"$imagepolicy": "flux-system:busybox:tag"}
  - name: redis
`

const HELM_RELEASE = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop}
spec:
  postRenderers:
  - kustomize:
      patches: []
  - kustomize:
      images:
      - {name: docker.io/bitnami/nginx, newName: ghcr.io/acme/nginx, newTag: 1.27.0}
`

const APPLICATION = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source:
    kustomize:
      images:
      - nginx:1.27
      - busybox=ghcr.io/acme/busybox:1.37
      - redis=ghcr.io/acme/redis
`

const APPLICATION_SET = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shops}
spec:
  template:
    spec:
      sources:
      - repoURL: https://example.com/a
      - kustomize: {images: ['nginx:1.27']}
`

const TRANSFORMER = `apiVersion: builtin
kind: ImageTagTransformer
metadata: {name: nginx}
imageTag:
  name: nginx
  newTag: "1.27"
`

const DEPLOYMENT = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.27
`

describe("kustomize's settings of images in objects", () => {
  test.each<[name: string, before: string, after: string]>([
    [
      'a Kustomization of Flux',
      FLUX_KUSTOMIZATION,
      FLUX_KUSTOMIZATION.replace('newTag: "1.27"\n', 'newTag: "1.27"\n    digest: DIGEST\n'),
    ],
    ['a HelmRelease', HELM_RELEASE, HELM_RELEASE.replace('newTag: 1.27.0', 'newTag: 1.27.0, digest: DIGEST')],
    [
      'an Application of Argo CD',
      APPLICATION,
      APPLICATION.replace('nginx:1.27', 'nginx:1.27@DIGEST').replace('busybox:1.37', 'busybox:1.37@DIGEST'),
    ],
    [
      'an ApplicationSet of Argo CD',
      APPLICATION_SET,
      APPLICATION_SET.replace("'nginx:1.27'", "'nginx:1.27@DIGEST'"),
    ],
    [
      'a transformer',
      TRANSFORMER,
      TRANSFORMER.replace('newTag: "1.27"\n', 'newTag: "1.27"\n  digest: DIGEST\n'),
    ],
    [
      'an object beside manifests',
      `${DEPLOYMENT}---\n${TRANSFORMER}---\n${DEPLOYMENT}`,
      `${DEPLOYMENT}---\n${TRANSFORMER.replace('newTag: "1.27"\n', 'newTag: "1.27"\n  digest: DIGEST\n')}---\n${DEPLOYMENT}`.replaceAll(
        'image: nginx:1.27\n',
        'image: nginx:1.27@DIGEST\n    imagePullPolicy: IfNotPresent\n',
      ),
    ],
  ])('%s gets digests, and a second run changes nothing', async (_, before, after) => {
    const first = await pin(before)
    expect([first.code, first.after]).toEqual([0, after])
    const second = await pin(readFileSync(join(cwd, 'app.yaml'), 'utf8'))
    expect([second.code, second.after]).toEqual([0, after])
  })

  test('what it does is said to be unproved, as is what cannot be written', async () => {
    const { images, proofs, diagnostics } = await pin(FLUX_KUSTOMIZATION)
    expect(images).toMatchObject([
      { before: 'nginx:1.27', outcome: 'written' },
      { before: 'busybox:1.37', outcome: 'unchanged', reason: 'written by Flux' },
      {
        before: 'redis',
        outcome: 'not written',
        reason: 'its tag is that of the resources, which were not built',
        at: { file: 'app.yaml', line: 11, path: 'spec.images[2]' },
      },
    ])
    expect(proofs).toEqual([
      {
        kind: 'not proved',
        subject: 'app.yaml',
        reason: 'Flux applies it to manifests that are not at hand',
      },
    ])
    expect(diagnostics).toMatchObject([
      { code: 'SOURCE_IMAGE_LEFT', severity: 'warning' },
      { code: 'SOURCE_NOT_PROVED', severity: 'info' },
    ])
  })
})
