import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { GO_TOOLS, goTool, kubectl } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

const needs = { kustomize: await goTool(GO_TOOLS.kustomize), kubectl: await kubectl() }

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

const DIGEST = /sha256:[0-9a-f]{64}/g
const hidden = (text: string): string => text.replace(DIGEST, 'DIGEST')

const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${images
    .map((image, index) => `  - {name: c${index}, image: "${image}", imagePullPolicy: IfNotPresent}\n`)
    .join('')}`

describeWith(needs, 'pinpull pin of kustomizations', ({ kustomize, kubectl }) => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    sandbox.addCommand('kustomize', kustomize)
    return () => sandbox.remove()
  })

  const pin = (...args: readonly string[]) => sandbox.run('pinpull', ['pin', ...args])
  const build = async (folder: string): Promise<string> => {
    const { code, stdout, stderr } = await sandbox.run('kustomize', ['build', folder])
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  const imagesOf = (manifests: string): string[] =>
    [...manifests.matchAll(/image: (\S+)/g)].map(([, image = '']) => image.replaceAll(/["']/g, ''))
  const filtered = async (manifests: string): Promise<string> =>
    (await sandbox.run('pinpull', [], { input: manifests })).stdout

  test.each<[name: string, entry: string, after: string, image: string]>([
    [
      'newTag',
      '- name: nginx\n  newTag: "1.27" # the tag\n',
      '- name: nginx\n  newTag: "1.27" # the tag\n  digest: DIGEST\n',
      'nginx:1.27@DIGEST',
    ],
    [
      'newName and newTag',
      '- newTag: v1.27.0\n  name: nginx\n  newName: ghcr.io/acme/nginx\n',
      '- newTag: v1.27.0\n  digest: DIGEST\n  name: nginx\n  newName: ghcr.io/acme/nginx\n',
      'ghcr.io/acme/nginx:v1.27.0@DIGEST',
    ],
    [
      'an empty digest',
      "- name: nginx\n  digest: ''\n  newTag: '1.27'\n",
      "- name: nginx\n  digest: 'DIGEST'\n  newTag: '1.27'\n",
      'nginx:1.27@DIGEST',
    ],
    [
      'braces',
      '- {name: nginx, newTag: "1.27"}\n',
      '- {name: nginx, newTag: "1.27", digest: DIGEST}\n',
      'nginx:1.27@DIGEST',
    ],
    [
      'only a new name, and one tag in the base',
      '- name: nginx\n  newName: ghcr.io/acme/nginx\n',
      '- name: nginx\n  newName: ghcr.io/acme/nginx\n  newTag: "1.25"\n  digest: DIGEST\n',
      'ghcr.io/acme/nginx:1.25@DIGEST',
    ],
  ])('an entry with %s gets the digest', async (_, entry, after, image) => {
    sandbox.write('base/pod.yaml', pod('nginx:1.25'))
    sandbox.write('base/kustomization.yaml', 'resources: [pod.yaml]\n')
    const head = '# The shop.\nresources:\n- ../base\nimages:\n'
    sandbox.write('app/kustomization.yaml', `${head}${entry}namePrefix: a-\n`)
    const wanted = imagesOf(await filtered(await build('app')))
    const { code, stderr } = await pin('--write', 'app/kustomization.yaml')
    expect([code, stderr]).toEqual([
      0,
      'pinpull: pin: 1 image: 1 pinned, proved with kustomize v5.8.1; 1 file written\n',
    ])
    expect(hidden(sandbox.read('app/kustomization.yaml'))).toBe(`${head}${after}namePrefix: a-\n`)
    expect(imagesOf(await build('app'))).toEqual(wanted)
    expect(hidden(wanted.join())).toBe(image)
    expect(await pin('--write', 'app/kustomization.yaml')).toMatchObject({ code: 0, stdout: '' })
  })

  test.each<[name: string, entry: string, reason: string]>([
    [
      'no image has',
      '- name: docker.io/library/nginx\n  newTag: "1"\n',
      'no image of the build has this name',
    ],
    [
      'with several tags in the base',
      '- name: nginx\n  newName: mirror/nginx\n',
      'the resources have it as mirror/nginx:1.25, mirror/nginx:1.26, and an entry sets one tag',
    ],
    [
      'with a tag in newName',
      '- name: nginx\n  newName: nginx:1.27\n',
      'it has a tag in newName, and not in newTag',
    ],
    [
      'with a digest twice',
      `- name: nginx\n  newTag: 1@sha256:${'0'.repeat(64)}\n  digest: sha256:${'0'.repeat(64)}\n`,
      'it has a digest twice',
    ],
  ])('an entry %s stays, and why is said', async (_, entry, reason) => {
    const text = `resources: [pod.yaml]\nimages:\n${entry}`
    sandbox.write('pod.yaml', pod('nginx:1.25', 'nginx:1.26'))
    sandbox.write('kustomization.yaml', text)
    const { stdout, stderr } = await pin('--write', '-o', 'json', 'kustomization.yaml')
    const { images } = JSON.parse(stdout)
    expect(images[0]).toMatchObject({ outcome: 'not written', reason })
    expect(stderr).not.toContain('written')
    expect(sandbox.read('kustomization.yaml')).toBe(text)
  })

  test('an image with a digest, and one that Flux writes, stay', async () => {
    const digest = `sha256:${'0'.repeat(64)}`
    const text = `resources: [pod.yaml]\nimages:\n- name: nginx\n  digest: ${digest}\n- name: busybox\n  newTag: "1" # {"$imagepolicy": "flux-system:busybox:tag"}\n`
    sandbox.write('pod.yaml', pod('nginx:1.25', 'busybox'))
    sandbox.write('kustomization.yaml', text)
    const { stdout } = await pin('-o', 'json', 'kustomization.yaml')
    expect(JSON.parse(stdout).images).toMatchObject([
      { before: `nginx@${digest}`, outcome: 'unchanged', reason: 'already pinned' },
      { before: 'busybox:1', outcome: 'unchanged', reason: 'written by Flux' },
    ])
  })

  test('images that only the base names are listed with what to add, and --add adds them', async () => {
    sandbox.write('base/pod.yaml', pod('nginx:1.25', 'busybox:1.37', 'redis'))
    sandbox.write('base/kustomization.yaml', 'resources: [pod.yaml]\n')
    sandbox.write(
      'app/kustomization.yaml',
      'resources: [../base]\nimages:\n  - name: nginx\n    newTag: "1.27"\n',
    )
    const { code, stderr } = await pin('app/kustomization.yaml')
    expect([code, hidden(stderr)]).toEqual([
      0,
      `app/kustomization.yaml: warning SOURCE_IMAGE_LEFT: busybox:1.37: not pinned: only the resources name it
  → add {name: busybox, newTag: "1.37", digest: DIGEST} to images, which --add does
app/kustomization.yaml: warning SOURCE_IMAGE_LEFT: redis: not pinned: only the resources name it
  → add {name: redis, digest: DIGEST} to images, which --add does
pinpull: pin: 3 images: 1 pinned, 2 not pinned, proved with kustomize v5.8.1; 1 file would change: --write does it
`,
    ])
    const wanted = imagesOf(await filtered(await build('app')))
    await pin('--add', '--write', 'app/kustomization.yaml')
    expect(hidden(sandbox.read('app/kustomization.yaml'))).toBe(
      'resources: [../base]\nimages:\n  - name: nginx\n    newTag: "1.27"\n    digest: DIGEST\n  - name: busybox\n    newTag: "1.37"\n    digest: DIGEST\n  - name: redis\n    digest: DIGEST\n',
    )
    expect(imagesOf(await build('app'))).toEqual(wanted)
  })

  test('images of a base outside of the named folder are listed, and a remote base is said', async () => {
    sandbox.write('base/pod.yaml', pod('nginx:1.25'))
    sandbox.write('base/kustomization.yaml', 'resources: [pod.yaml]\n')
    sandbox.write('app/kustomization.yaml', 'resources: [../base]\n')
    sandbox.write('other/kustomization.yaml', 'resources: ["https://git.invalid/base"]\n')
    const { code, stdout, stderr } = await pin('app', 'other')
    expect([code, stdout, hidden(stderr)]).toEqual([
      0,
      '',
      `app/kustomization.yaml: warning SOURCE_IMAGE_LEFT: nginx:1.25: not pinned: only the resources name it
  → add {name: nginx, newTag: "1.25", digest: DIGEST} to images, which --add does
other/kustomization.yaml: warning SOURCE_LEFT: other/kustomization.yaml stays as it is: it uses https://git.invalid/base, which is not on this disk, and nothing is fetched
  → pin what is rendered: kustomize build FOLDER | pinpull
pinpull: pin: 1 image: 1 not pinned; no file changes
`,
    ])
  })

  test('an image of a JSON patch in a folder is listed', async () => {
    sandbox.write('app/pod.yaml', pod('nginx:1.25'))
    sandbox.write('app/patch.yaml', '- {op: replace, path: /spec/containers/0/image, value: "redis:7"}\n')
    sandbox.write(
      'app/kustomization.yaml',
      'resources: [pod.yaml]\npatches: [{path: patch.yaml, target: {kind: Pod}}]\n',
    )
    for (const _ of ['first', 'again'])
      expect((await pin('--write', 'app')).stderr).toContain(
        'app/kustomization.yaml: warning SOURCE_IMAGE_LEFT: redis:7: not pinned: only the resources name it',
      )
  })

  test('a base of the same run is pinned where its images are written, and needs no entries', async () => {
    sandbox.write('base/pod.yaml', pod('nginx:1.25'))
    sandbox.write('base/kustomization.yaml', 'resources: [pod.yaml]\n')
    sandbox.write('app/kustomization.yaml', 'resources: [../base]\n')
    const { stdout, stderr } = await pin('--add', '-o', 'name', 'base', 'app')
    expect([stdout, stderr]).toEqual([
      'base/pod.yaml\n',
      'pinpull: pin: 1 image: 1 pinned, proved with kustomize v5.8.1; 1 file would change: --write does it\n',
    ])
  })

  test('a component is proved by the kustomization that includes it', async () => {
    sandbox.write('pod.yaml', pod('nginx:1.25'))
    sandbox.write(
      'blue/kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: nginx\n  newTag: "1.27"\n',
    )
    sandbox.write('kustomization.yaml', 'resources: [pod.yaml]\ncomponents: [blue]\n')
    const alone = await pin('blue')
    expect(alone.stderr).toContain(
      'warning SOURCE_NOT_PROVED: the change of blue/kustomization.yaml was not tried: it is a component',
    )
    const { stderr } = await pin('blue', 'kustomization.yaml')
    expect(stderr).toBe(
      'pinpull: pin: 1 image: 1 pinned, proved with kustomize v5.8.1; 1 file would change: --write does it\n',
    )
  })

  test.each([
    'https://github.com/acme/shop//base',
    'github.com/acme/shop/base',
    'git@github.com:acme/shop.git',
  ])('the remote base %s is named and not fetched', async (remote) => {
    sandbox.write('kustomization.yaml', `resources:\n- ${remote}\nimages:\n- name: nginx\n  newTag: "1.27"\n`)
    sandbox.addCommand(
      'kustomize',
      'sh',
      '-c',
      'test "$1" = version || { echo called >> called; exit 1; }; echo v5.8.1',
      'kustomize',
    )
    const { code, stdout, stderr } = await pin('kustomization.yaml')
    expect([code, hidden(stdout).includes('+  digest: DIGEST')]).toEqual([0, true])
    expect(stderr).toContain(
      `was not tried: it uses ${remote}, which is not on this disk, and nothing is fetched`,
    )
    expect(() => sandbox.read('called')).toThrow('ENOENT')
  })

  test('what needs a flag of kustomize that starts programs is not proved, and starts none', async () => {
    sandbox.write('pod.yaml', pod('nginx:1.25'))
    sandbox.write(
      'function.yaml',
      'apiVersion: v1\nkind: Evil\nmetadata:\n  name: evil\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./evil.sh}\n',
    )
    sandbox.write('evil.sh', '#!/bin/sh\ntouch started\n')
    sandbox.write(
      'kustomization.yaml',
      'resources: [pod.yaml]\ntransformers: [function.yaml]\nimages:\n- name: nginx\n  newTag: "1.27"\n',
    )
    const { code, stderr } = await pin('kustomization.yaml')
    expect([code, stderr.includes('warning SOURCE_NOT_PROVED')]).toEqual([0, true])
    expect(() => sandbox.read('started')).toThrow('ENOENT')
    const strict = await pin('--fail-on', 'warning', '--write', 'kustomization.yaml')
    expect([strict.code, strict.stdout]).toEqual([1, ''])
    expect(sandbox.read('kustomization.yaml')).not.toContain('digest')
  })

  test('manifests and kustomizations of a run are proved together', async () => {
    sandbox.write('app/pod.yaml', pod('nginx:1.25', 'nginx:1.26'))
    sandbox.write(
      'app/kustomization.yaml',
      `resources: [pod.yaml]
configMapGenerator: [{name: versions, literals: [tag=1.28]}]
replacements:
- source: {kind: ConfigMap, name: versions, fieldPath: data.tag}
  targets:
  - select: {kind: Pod}
    fieldPaths: [spec.containers.0.image]
    options: {delimiter: ":", index: 1}
`,
    )
    const { code, stdout, stderr } = await pin('--write', 'app')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('SOURCE_CHANGES_MORE: with the change, app/kustomization.yaml would differ')
    expect(stderr).toContain('nginx:1.28:')
    expect(sandbox.read('app/pod.yaml')).toBe(pod('nginx:1.25', 'nginx:1.26'))
  })

  test('an image that kustomize gives another name is not pinned under its old one', async () => {
    sandbox.write('base/pod.yaml', pod('nginx:1.25', 'nginx:1.26', 'controller:latest'))
    sandbox.write('base/kustomization.yaml', 'resources: [pod.yaml]\n')
    sandbox.write(
      'app/kustomization.yaml',
      'resources: [../base]\nimages:\n- {name: nginx, newName: ghcr.io/acme/nginx}\n- {name: controller, newName: ghcr.io/acme/web, newTag: v1}\n',
    )
    const before = await build('app')
    const { code, stderr } = await pin('--write', 'app', 'base')
    expect(code).toBe(0)
    expect(stderr).toContain('ghcr.io/acme/nginx: not pinned: the resources have it as')
    expect(sandbox.read('base/pod.yaml')).toBe(pod('nginx:1.25', 'nginx:1.26', 'controller:latest'))
    expect((await build('app')).replaceAll(/@sha256:[0-9a-f]{64}/g, '')).toBe(before)
  })

  test('an entry of images is pinned, too, where another kustomization renames its image', async () => {
    sandbox.write('base/pod.yaml', pod('nginx:1.25'))
    sandbox.write(
      'base/kustomization.yaml',
      'resources: [pod.yaml]\nimages: [{name: nginx, newTag: "1.26"}]\n',
    )
    sandbox.write(
      'app/kustomization.yaml',
      'resources: [../base]\nimages: [{name: nginx, newName: quay.io/b/nginx}]\n',
    )
    expect((await pin('--write', 'app', 'base')).code).toBe(0)
    expect([hidden(await build('base')), hidden(await build('app'))]).toEqual([
      expect.stringContaining('nginx:1.26@DIGEST'),
      expect.stringContaining('quay.io/b/nginx:1.26@DIGEST'),
    ])
  })

  test('nothing is asked of a server on this machine', async () => {
    const paths: string[] = []
    const server = createServer((request, response) => {
      paths.push(request.url ?? '')
      response.end('kind: ConfigMap\n')
    })
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    sandbox.write('app/pod.yaml', pod('nginx:1.25'))
    const images = 'images: [{name: nginx, newTag: "1.27"}]\n'
    try {
      for (const [index, kustomization] of [
        `resources: [pod.yaml, "${url}/a: b"]\n`,
        `resources: [pod.yaml]\nPatches: [{Path: "${url}/p"}]\n`,
        `resources: [pod.yaml]\ntransformers: [transformer.yaml]\n`,
      ].entries()) {
        sandbox.write('app/transformer.yaml', `kind: PatchTransformer\nmetadata: {name: t}\npath: ${url}/t\n`)
        sandbox.write('app/kustomization.yaml', kustomization + images)
        const { stderr } = await pin('app/kustomization.yaml')
        expect([index, stderr]).toEqual([index, expect.stringContaining('nothing is fetched')])
      }
      expect(paths).toEqual([])
    } finally {
      server.close()
    }
  })

  test('nothing is written where the build would differ in more than images', async () => {
    sandbox.write('pod.yaml', pod('nginx:1.25'))
    // The image becomes a name, which the digest would change.
    sandbox.write(
      'kustomization.yaml',
      `resources: [pod.yaml]
images:
- name: nginx
  newTag: "1.27"
replacements:
- source: {kind: Pod, fieldPath: "spec.containers.0.image"}
  targets:
  - select: {kind: Pod}
    fieldPaths: [metadata.annotations.image]
    options: {create: true}
`,
    )
    const { code, stdout, stderr } = await pin('--write', 'kustomization.yaml')
    expect([code, stdout]).toEqual([1, ''])
    expect(hidden(stderr)).toContain(
      'error SOURCE_CHANGES_MORE: with the change, kustomization.yaml would differ in more than the images: ' +
        'document 1, metadata.annotations.image: "nginx:1.27" becomes "nginx:1.27@DIGEST"',
    )
    expect(sandbox.read('kustomization.yaml')).not.toContain('digest')
  })

  test('kubectl proves it where kustomize is not installed, and without both it is said', async () => {
    sandbox.write('pod.yaml', pod('nginx:1.25'))
    sandbox.write('kustomization.yaml', 'resources: [pod.yaml]\nimages:\n- name: nginx\n  newTag: "1.27"\n')
    sandbox.addCommand('kustomize', 'false')
    sandbox.addCommand('kubectl', kubectl)
    const { stderr } = await pin('kustomization.yaml')
    expect(stderr).toContain('proved with kubectl with kustomize v5.8.1')
    sandbox.addCommand('kubectl', 'false')
    const alone = await pin('kustomization.yaml')
    expect([alone.code, alone.stdout.includes('+  digest')]).toEqual([0, true])
    expect(alone.stderr).toContain('neither kustomize nor kubectl is installed')
  })

  describe('render(pin(source)) = pinpull(render(source)) in the images, and nothing else differs', () => {
    const name = fc.constantFrom('nginx', 'busybox', 'ghcr.io/acme/web', 'docker.io/library/redis')
    const tag = fc.constantFrom('1', '1.27', 'v2.0.0', 'latest', '1.27-alpine', '08')
    const image = fc
      .tuple(name, fc.option(tag, { nil: undefined }))
      .map(([n, t]) => (t === undefined ? n : `${n}:${t}`))
    const quote = fc.constantFrom('"', "'")
    const entry = fc.record({
      name,
      newName: fc.option(fc.constantFrom('mirror.example.com/nginx', 'quay.io/acme/web'), { nil: undefined }),
      newTag: fc.option(tag, { nil: undefined }),
      quote,
      style: fc.constantFrom('block', 'flow', 'reversed'),
    })
    const text = ({
      name,
      newName,
      newTag,
      quote,
      style,
    }: {
      name: string
      newName: string | undefined
      newTag: string | undefined
      quote: string
      style: string
    }): string => {
      const pairs = [
        `name: ${name}`,
        ...(newName === undefined ? [] : [`newName: ${newName}`]),
        ...(newTag === undefined ? [] : [`newTag: ${quote}${newTag}${quote}`]),
      ]
      if (style === 'flow') return `- {${pairs.join(', ')}}\n`
      return `- ${(style === 'reversed' ? pairs.toReversed() : pairs).join(' # why\n  ')}\n`
    }

    test('of generated kustomizations', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(image, { minLength: 1, maxLength: 5 }),
          fc.uniqueArray(entry, { minLength: 1, maxLength: 4, selector: (one) => one.name }),
          async (images, entries) => {
            sandbox.write('base/pod.yaml', pod(...images))
            sandbox.write('base/kustomization.yaml', 'resources: [pod.yaml]\nlabels: [{pairs: {app: web}}]\n')
            sandbox.write(
              'app/kustomization.yaml',
              `resources: [../base]\nimages:\n${entries.map(text).join('')}`,
            )
            const before = await build('app')
            const wanted = imagesOf(await filtered(before))
            const { code, stderr } = await pin('--write', 'app/kustomization.yaml')
            expect([code, stderr.includes('SOURCE_CHANGES_MORE')]).toEqual([0, false])
            const after = await build('app')
            expect(after.replaceAll(/@sha256:[0-9a-f]{64}/g, '')).toBe(before)
            const given = imagesOf(before)
            for (const [index, now] of imagesOf(after).entries())
              expect([given[index], wanted[index]]).toContain(now)
          },
        ),
        { numRuns: 12 },
      )
    })
  })
})
