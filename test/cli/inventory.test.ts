import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess, TYPED } from '../support/memory-io.ts'
import { bundleReferrer, pushReferrers } from '../support/registry/attached.ts'
import { buildImage } from '../support/registry/image.ts'
import { attachBundles, attachSignatures, createKeySigner } from '../support/registry/key-signer.ts'
import { failWith } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry()
  for (const name of ['library/nginx:1.27', 'library/redis:7', 'library/busybox:1.37', 'acme/app:v1']) {
    registry.push(name, { seed: 'first' })
  }
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
})

const digest = buildImage({ seed: 'first' }).top.digest
const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${images
    .map((image, i) => `  - name: c${i}\n    image: ${image}\n`)
    .join('')}`

function inventory(args: readonly string[], input: string) {
  return runInProcess(['inventory', ...args, '--mirror', `*=${registry.url}`], { input, cwd: folder })
}

describe('pinpull inventory', () => {
  test('lists each image once, sorted, with its digest', async () => {
    const input = pod('redis:7', 'nginx:1.27', 'docker.io/library/nginx:1.27', `acme/app@${digest}`)
    expect(await inventory(['--image', 'busybox:1.37'], input)).toEqual({
      code: 0,
      stdout: `docker.io/acme/app@${digest}
docker.io/library/busybox:1.37@${digest}
docker.io/library/nginx:1.27@${digest}
docker.io/library/redis:7@${digest}
`,
      stderr: '',
    })
  })

  test('at a terminal, the digest of an image needs no manifests', async () => {
    const { code, stdout, stderr } = await inventory(['--image', 'busybox:1.37'], TYPED)
    expect([code, stdout, stderr]).toEqual([0, `docker.io/library/busybox:1.37@${digest}\n`, ''])
    expect((await inventory([], TYPED)).code).toBe(2)
  })

  test('what a profile excludes is needed all the same', async () => {
    const config = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata: {name: x}
spec:
  profiles:
  - {name: prod, exclude: [redis]}
`
    writeFileSync(join(folder, 'pinpull.yaml'), config)
    const { stdout } = await inventory([], pod('redis:7'))
    expect(stdout).toBe(`docker.io/library/redis:7@${digest}\n`)
  })

  test('knows the platforms in JSON', async () => {
    const { stdout } = await inventory(['--format', 'json', '--to', 'mirror.local/x'], pod('nginx:1.27'))
    expect(JSON.parse(stdout)).toEqual({
      tool: { name: 'pinpull', version: expect.any(String) },
      images: [
        {
          image: 'nginx:1.27',
          repository: 'docker.io/library/nginx',
          tag: '1.27',
          digest,
          mediaType: 'application/vnd.oci.image.index.v1+json',
          platforms: ['linux/amd64', 'linux/arm64'],
          copyTo: 'mirror.local/x/docker.io/library/nginx',
        },
      ],
    })
  })

  test("copies to where the profile's rewrite reads, from where it came", async () => {
    const config = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata: {name: x}
spec:
  profiles:
  - {name: prod, rewrite: [{from: docker.io, to: mirror.local/hub}]}
`
    writeFileSync(join(folder, 'pinpull.yaml'), config)
    const args = ['--format', 'crane', '--to', 'other.local']
    const { stdout } = await inventory(
      args,
      pod('nginx:1.27', 'mirror.local/hub/library/redis:7', 'ghcr.io/acme/app:v1'),
    )
    expect(stdout.split('\n').slice(3)).toEqual([
      `crane copy docker.io/library/nginx@${digest} mirror.local/hub/library/nginx:1.27`,
      `crane copy docker.io/library/redis@${digest} mirror.local/hub/library/redis:7`,
      `crane copy ghcr.io/acme/app@${digest} other.local/ghcr.io/acme/app:v1`,
      '',
    ])
  })

  test('answers from the lock alone with --locked', async () => {
    await runInProcess(['lock', '--mirror', `*=${registry.url}`], { input: pod('nginx:1.27'), cwd: folder })
    const { code, stdout } = await runInProcess(['inventory', '--locked'], {
      input: pod('nginx:1.27'),
      cwd: folder,
    })
    expect([code, stdout]).toEqual([0, `docker.io/library/nginx:1.27@${digest}\n`])
  })

  test('lists the lock file itself, and waits for no manifests', async () => {
    await runInProcess(['lock', '--mirror', `*=${registry.url}`], {
      input: pod('nginx:1.27', 'redis:7'),
      cwd: folder,
    })
    const run = (...args: readonly string[]) =>
      runInProcess(['inventory', '--from-lock', ...args], { input: TYPED, cwd: folder })
    const all = `docker.io/library/nginx:1.27@${digest}\ndocker.io/library/redis:7@${digest}\n`
    expect(await run()).toEqual({ code: 0, stdout: all, stderr: '' })
    expect((await run('a.yaml')).code).toBe(2)
    expect((await run('--lock-file', 'nowhere.yaml')).stderr).toContain('error LOCK_ABSENT: ')
  })

  test.each<[string, string[], string, number, string]>([
    [
      'a format that copies, without a target',
      ['--format', 'skopeo'],
      pod('nginx:1.27'),
      2,
      'error USAGE: the format skopeo needs a destination: add --to REGISTRY, or use a profile that rewrites names',
    ],
    ['a target that is none', ['--to', 'https://mirror.local'], '', 2, 'error USAGE: option '],
    ['an image that is not there', [], pod('nowhere/at:all'), 1, 'error REPOSITORY_UNKNOWN: '],
    [
      'a value that is no image',
      [],
      pod('NGINX'),
      1,
      'error REFERENCE_INVALID: "NGINX" is not an image reference',
    ],
    ['broken YAML', [], 'a: "b\n', 1, 'error YAML_INVALID: '],
  ])('%s gives no list', async (_, args, input, code, message) => {
    const run = await inventory(args, input)
    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr.split('\n')[0]).toContain(message)
  })

  test.each<[string, string[], string, number, RegExp]>([
    ['an error in prod', [], pod('NGINX'), 1, /^(?:\S+: )?error REFERENCE_INVALID: /],
    [
      'a warning in staging',
      ['--profile', 'staging'],
      pod('NGINX'),
      0,
      /^(?:\S+: )?warning REFERENCE_INVALID: /,
    ],
    [
      'nothing where the manifest says to leave it',
      [],
      pod('NGINX').replace('{name: web}', '{name: web, annotations: {pinpull.dev/skip: "true"}}'),
      0,
      /^$/,
    ],
  ])('a value that is no image is %s', async (_, args, input, code, message) => {
    const run = await inventory(args, input)
    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr).toMatch(message)
  })

  test('writes the post-renderer of a HelmRelease, as the profile pins', async () => {
    const config = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata: {name: x}
spec:
  profiles:
  - {name: prod, exclude: [redis], rewrite: [{from: docker.io, to: mirror.local/hub}]}
`
    writeFileSync(join(folder, 'pinpull.yaml'), config)
    const manifests = `${pod('nginx:1.27', 'redis:7')}---
apiVersion: v1
kind: List
items:
- apiVersion: monitoring.coreos.com/v1
  kind: Prometheus
  metadata: {name: k8s}
  spec: {image: acme/app:v1}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: embedded}
data:
  pod.yaml: |
    apiVersion: v1
    kind: Pod
    metadata: {name: one}
    spec: {containers: [{name: one, image: 'busybox:1.37'}]}
`
    const rules = `${config}  fields:\n    rules:\n    - {kind: ConfigMap, path: 'data["pod.yaml"]', embedded: {format: yaml}}\n`
    writeFileSync(join(folder, 'pinpull.yaml'), rules)
    const { code, stdout, stderr } = await inventory(['-o', 'flux-images'], manifests)
    expect([code, stdout.replace(/^#.*\n/gm, '')]).toEqual([
      0,
      `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: any
spec:
  postRenderers:
  - kustomize:
      images:
      - name: nginx
        newName: mirror.local/hub/library/nginx
        newTag: "1.27"
        digest: ${digest}
      patches:
      - target:
          group: monitoring.coreos.com
          kind: Prometheus
          name: k8s
        patch: |-
          - op: test
            path: /spec/image
            value: acme/app:v1
          - op: replace
            path: /spec/image
            value: mirror.local/hub/acme/app:v1@${digest}
`,
    ])
    expect(stderr).toMatch(
      /warning POST_RENDERER_LEFT_OUT: "busybox:1.37" is not pinned by the post-renderer: it is part of a text\n/,
    )
  })

  test.each<[args: string[], input: string, code: number, message: string]>([
    [['--from-lock'], '', 2, 'error USAGE: the format flux-images needs manifests alone, without '],
    [['--image', 'nginx:1.27'], '', 2, 'error USAGE: the format flux-images needs manifests alone, without '],
    [['--to', 'mirror.local'], '', 2, 'error USAGE: the format flux-images needs manifests alone, without '],
    [[], pod('nginx:1.27', 'nowhere/at:all'), 1, 'error REPOSITORY_UNKNOWN: '],
    [['--locked'], pod('nginx:1.27'), 2, 'error LOCK_ABSENT: '],
    [[], '', 1, 'error DOCUMENT_WITHOUT_OBJECT: '],
    [[], '# nothing\n', 1, 'error DOCUMENT_WITHOUT_OBJECT: '],
  ])('writes no post-renderer with %o where it cannot be right', async (args, input, code, message) => {
    const run = await inventory(['-o', 'flux-images', ...args], input)
    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr).toContain(message)
  })

  test('a placeholder is skipped, with a warning', async () => {
    const { code, stdout, stderr } = await inventory([], pod('nginx:1.27', '$' + '{IMAGE}'))
    expect([code, stdout]).toEqual([0, `docker.io/library/nginx:1.27@${digest}\n`])
    expect(stderr).toMatch(/^(?:\S+: )?warning IMAGE_PLACEHOLDER: /)
  })
})

describe('pinpull inventory --signatures', () => {
  const signer = createKeySigner()
  const TAG = digest.replace(':', '-')
  const bundle = bundleReferrer(digest, signer.bundle(digest))
  let signed: TestRegistry
  let withApi: TestRegistry
  beforeAll(async () => {
    signed = await startRegistry()
    for (const name of ['library/nginx:1.27', 'library/redis:7', 'acme/app:v1'])
      signed.push(name, { seed: 'first' })
    attachBundles(signed, 'library/nginx', digest, [signer.bundle(digest)])
    attachSignatures(signed, 'library/nginx', digest, [signer.signature(digest)])
    attachSignatures(signed, 'acme/signatures', digest, [signer.signature(digest)])
    withApi = await startRegistry({ referrers: {} })
    withApi.push('library/nginx:1.27', { seed: 'first' })
    pushReferrers(withApi, 'library/nginx', digest, [bundle], 'api')
  })
  afterAll(async () => {
    await signed.close()
    await withApi.close()
  })

  const list = (args: readonly string[], images: readonly string[], registryUrl = signed.url) =>
    runInProcess(['inventory', '--signatures', ...args, '--mirror', `*=${registryUrl}`], {
      input: pod(...images),
      cwd: folder,
    })

  test('lists the tags behind each image', async () => {
    expect(await list([], ['nginx:1.27', 'redis:7'])).toEqual({
      code: 0,
      stdout: `docker.io/library/nginx:1.27@${digest}
docker.io/library/nginx:${TAG}.sig
docker.io/library/nginx:${TAG}
docker.io/library/redis:7@${digest}
`,
      stderr: '',
    })
  })

  test('lists referrers by their digests where the registry has the API', async () => {
    const { stdout } = await list([], ['nginx:1.27'], withApi.url)
    expect(stdout).toBe(
      `docker.io/library/nginx:1.27@${digest}\ndocker.io/library/nginx@${bundle.manifest.digest}\n`,
    )
  })

  test('copies them to the same names beside the image', async () => {
    const { stdout } = await list(['-o', 'crane', '--to', 'mirror.local'], ['nginx:1.27'])
    expect(stdout.split('\n').slice(3, -1)).toEqual([
      `crane copy docker.io/library/nginx@${digest} mirror.local/docker.io/library/nginx:1.27`,
      `crane copy docker.io/library/nginx:${TAG}.sig mirror.local/docker.io/library/nginx:${TAG}.sig`,
      `crane copy docker.io/library/nginx:${TAG} mirror.local/docker.io/library/nginx:${TAG}`,
    ])
  })

  test.each<[format: string, lines: readonly string[]]>([
    [
      'table',
      [
        'IMAGE                         DIGEST                                                                   PLATFORMS  ATTACHED',
        `docker.io/library/nginx:1.27  ${digest}             ${TAG.slice(0, 19)}….sig, ${TAG.slice(0, 19)}…`,
        `docker.io/library/redis:7     ${digest}             nothing`,
      ],
    ],
    [
      'skopeo-sync',
      [
        '# For: skopeo sync --all --preserve-digests --scoped --src yaml --dest docker FILE REGISTRY',
        '"docker.io":',
        '  images:',
        '    library/nginx:',
        `      - ${digest}`,
        `      - ${TAG}.sig`,
        `      - ${TAG}`,
        '    library/redis:',
        `      - ${digest}`,
      ],
    ],
  ])('as %s', async (format, lines) => {
    const { stdout } = await list(['-o', format], ['nginx:1.27', 'redis:7'])
    expect(stdout.split('\n').slice(0, -1)).toEqual(lines)
  })

  test('as JSON, with where each is copied to', async () => {
    const { stdout } = await list(['-o', 'json', '--to', 'mirror.local'], ['nginx:1.27', 'redis:7'])
    const copyTo = 'mirror.local/docker.io/library/nginx'
    expect(JSON.parse(stdout).images.map((one: { attached: unknown }) => one.attached)).toEqual([
      [
        { reference: `docker.io/library/nginx:${TAG}.sig`, copyTo },
        { reference: `docker.io/library/nginx:${TAG}`, copyTo },
      ],
      [],
    ])
  })

  test('looks in the repository that the profile names', async () => {
    writeFileSync(
      join(folder, 'pinpull.yaml'),
      `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: prod
    verify:
    - {images: acme/*, keys: [k.pub], signatureRepository: docker.io/acme/signatures}
`,
    )
    const { stdout } = await list(['-o', 'crane', '--to', 'mirror.local'], ['acme/app:v1'])
    expect(stdout.split('\n').slice(4, -1)).toEqual([
      `crane copy docker.io/acme/signatures:${TAG}.sig mirror.local/docker.io/acme/signatures:${TAG}.sig`,
    ])
  })

  test('searches with the token by which the digest was found', async () => {
    const guarded = await startRegistry({ auth: { kind: 'bearer', users: {}, mayRead: () => true } })
    guarded.push('library/nginx:1.27', { seed: 'first' })
    attachSignatures(guarded, 'library/nginx', digest, [signer.signature(digest)])
    const { stdout } = await list([], ['nginx:1.27'], guarded.url)
    const tokens = guarded.count({ path: /token/ })
    await guarded.close()
    expect([stdout.split('\n')[1], tokens]).toEqual([`docker.io/library/nginx:${TAG}.sig`, 1])
  })

  test('lists nothing if a registry does not say what is attached', async () => {
    signed.script({ when: { path: /sha256-/ }, answer: failWith(403, 'DENIED') })
    const { code, stdout, stderr } = await list([], ['nginx:1.27'])
    signed.clearScript()
    expect([code, stdout, /error \w+/.exec(stderr)?.[0]]).toEqual([3, '', 'error REGISTRY_DENIED'])
  })

  test.each([
    [['--from-lock'], '--signatures looks for them at registries, which --from-lock does not contact'],
    [['--profile', 'airgap'], '--signatures contacts registries, but profile airgap forbids it'],
    [['--locked'], "option '--signatures' cannot be used with option '--locked'"],
    [
      ['-o', 'flux-images'],
      'the format flux-images needs manifests alone, without --from-lock, --image, --signatures and --to',
    ],
  ])('and %j exclude each other', async (args, reason) => {
    const { code, stderr } = await runInProcess(['inventory', '--signatures', ...args], {
      cwd: folder,
      input: '',
    })
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error USAGE: ${reason}`])
  })
})
