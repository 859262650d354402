import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installPackage, type PackedPackage } from '../support/packed-package.ts'
import { attachBundles, createKeySigner } from '../support/registry/key-signer.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const page = readFileSync(path('docs/library.md'), 'utf8')

/** The blocks of the page: each is a whole module; a block of text after it is what it prints. */
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```\n(?:\nprints\n\n```text\n([\s\S]*?)```)?/g)].map(
  ([, code = '', printed], index) => ({ name: `block-${index + 1}.ts`, code, printed }),
)

/** The host that stands in the page for the registry of the test. */
const HOST = 'registry.example.com'

let registry: TestRegistry
let project: PackedPackage
beforeAll(async () => {
  registry = await startRegistry({ anyName: true })
  project = installPackage()
  for (const { name, code } of blocks) project.write(name, code.replaceAll(HOST, registry.host))
  const signer = createKeySigner()
  project.write('shop.pub', signer.publicKey)
  const { digest } = registry.push('shop/web:1.4')
  attachBundles(registry, 'shop/web', digest, [signer.bundle(digest)])
})
afterAll(async () => {
  project.remove()
  await registry.close()
})

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        image: ${HOST}/shop/web:1.4
`

const CONFIG = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  defaultProfile: shop
  profiles:
  - name: shop
    extends: prod
    output: digest
`

const LOCK = `apiVersion: pinpull.dev/v1alpha1
kind: Lock
images:
- reference: ${HOST}/shop/web:1.4
  digest: sha256:${'a'.repeat(64)}
  mediaType: application/vnd.oci.image.index.v1+json
`

describe('docs/library.md', () => {
  test('has an example of every function that is exported', () => {
    const exported = [...readFileSync(path('src/index.ts'), 'utf8').matchAll(/^export \{([^}]*)\}/gm)]
      .flatMap(([, names = '']) => names.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
    const code = blocks.map((block) => block.code).join('\n')
    expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
  })

  test('every block compiles under strict TypeScript', () => {
    expect(project.compile(...blocks.map(({ name }) => name))).toBe('')
  })

  test.each(blocks)('$name runs, and prints what the page says', async ({ name, printed }) => {
    const files = { 'deployment.yaml': DEPLOYMENT, 'pinpull.yaml': CONFIG, 'pinpull.lock.yaml': LOCK }
    for (const [file, text] of Object.entries(files))
      project.write(file, text.replaceAll(HOST, registry.host))
    const { code, stdout, stderr } = await project.run(name, [], {})
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    if (printed !== undefined) expect(stdout.replaceAll(registry.host, HOST)).toBe(printed)
  })
})

test('examples/library pins every manifest of a folder and prints a table', async () => {
  const script = readFileSync(path('examples/library/pin-folder.ts'), 'utf8')
  project.write('pin-folder.ts', script)
  expect(project.compile('pin-folder.ts')).toBe('')
  const manifests = `${project.folder}/manifests`
  const { mkdirSync } = await import('node:fs')
  mkdirSync(manifests)
  project.write('manifests/web.yaml', DEPLOYMENT.replaceAll(HOST, registry.host))
  project.write('manifests/notes.txt', 'no manifest')
  project.write('manifests/list.yaml', 'apiVersion: v1\nkind: List\nitems: []\n')
  const run = await project.run('pin-folder.ts', ['manifests'], {})
  const digest = /sha256:[0-9a-f]{64}/.exec(readFileSync(`${manifests}/web.yaml`, 'utf8'))?.[0]
  expect(digest).toBeDefined()
  expect({ ...run, stdout: run.stdout.replaceAll(registry.host, HOST) }).toEqual({
    code: 0,
    stdout: `manifests/list.yaml  no images
manifests/web.yaml   pinned  ${HOST}/shop/web:1.4  ${digest}
`,
    stderr: '',
  })
  expect(readFileSync(`${manifests}/notes.txt`, 'utf8')).toBe('no manifest')
  const again = await project.run('pin-folder.ts', ['manifests', 'no-such-profile'], {})
  expect([again.code, again.stderr]).toEqual([1, 'there is no profile "no-such-profile"\n'])
})
