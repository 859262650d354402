import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLock } from '../../src/lock/parse.ts'
import { runInProcess } from '../support/memory-io.ts'
import { type ProgramResult, runProgram } from '../support/program.ts'
import { pushReferrers, pushUnderTag } from '../support/registry/attached.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { signatureLayer, signedReferrer, signingKey } from '../support/signing.ts'
import { sourceOf } from '../support/source.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** The first block of YAML in a page, or in the section with a heading. */
function yamlIn(page: string, heading = ''): string {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8')
  return /```yaml\n([\s\S]*?)```/.exec(text.slice(text.indexOf(heading)))?.[1] ?? ''
}

const STREAM = `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: web
    image: nginx:1.27.3
    imagePullPolicy: Always
  - name: app
    image: ghcr.io/acme/app:v1.2.3
`

test.each([
  ['', 1],
  ['## Signatures', 2],
])('the lock file in docs/lock.md is valid: %s', (heading, count) => {
  const { located, diagnostics } = parseLock(sourceOf(yamlIn('lock.md', heading)))
  expect(diagnostics).toEqual([])
  expect(located).toHaveLength(count)
})

describe('the air gap of docs/offline.md', () => {
  let registry: TestRegistry
  let folder: string
  let digests: { nginx: string; app: string }
  beforeAll(async () => {
    registry = await startRegistry()
    digests = {
      nginx: registry.push('library/nginx:1.27.3').digest,
      app: registry.push('acme/app:v1.2.3', { seed: 'app' }).digest,
    }
  })
  afterAll(() => registry.close())

  const outside = (args: readonly string[]) =>
    runInProcess([...args, '--mirror', `*=${registry.url}`], { input: STREAM, cwd: folder })

  /** Runs `pinpull --profile airgap`; any socket, process or network module ends the run. */
  function inside(input: string): Promise<ProgramResult> {
    const preload = fileURLToPath(new URL('../support/no-network.mjs', import.meta.url))
    const env = { NODE_OPTIONS: `--import=${preload}` }
    return runProgram(['--profile', 'airgap'], { input, cwd: folder, env })
  }

  test('preloaded nodes: tags stay, nothing is pulled', async () => {
    folder = temporaryFolder()
    expect((await outside(['lock'])).code).toBe(0)
    expect((await outside(['inventory'])).stdout).toBe(
      `docker.io/library/nginx:1.27.3@${digests.nginx}\nghcr.io/acme/app:v1.2.3@${digests.app}\n`,
    )
    const run = await inside(STREAM)
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('pinpull: airgap: 2 images')])
    const expected = STREAM.replace('Always', 'Never').replace(/$/, '    imagePullPolicy: Never\n')
    expect(run.stdout.toString()).toBe(expected)
    expect((await inside(expected)).stdout.toString()).toBe(expected)
  })

  test('a private mirror: its names with digests, and copies to the same names', async () => {
    folder = temporaryFolder()
    writeFileSync(join(folder, 'pinpull.yaml'), yamlIn('offline.md'))
    expect((await outside(['lock'])).code).toBe(0)
    const copies = await outside(['inventory', '--profile', 'airgap', '--format', 'skopeo'])
    const copy = 'skopeo copy --all --preserve-digests docker://'
    expect(copies.stdout.split('\n').slice(3)).toEqual([
      `${copy}docker.io/library/nginx@${digests.nginx} docker://registry.example.com/hub/library/nginx:1.27.3`,
      `${copy}ghcr.io/acme/app@${digests.app} docker://registry.example.com/ghcr.io/acme/app:v1.2.3`,
      '',
    ])
    const run = await inside(STREAM)
    expect(run.code).toBe(0)
    const expected = STREAM.replace('Always', 'IfNotPresent')
      .replace(/$/, '    imagePullPolicy: IfNotPresent\n')
      .replace('nginx:1.27.3', `registry.example.com/hub/library/nginx:1.27.3@${digests.nginx}`)
      .replace(/ghcr\.io\S+/, `registry.example.com/ghcr.io/acme/app:v1.2.3@${digests.app}`)
    expect(run.stdout.toString()).toBe(expected)
    expect((await inside(expected)).stdout.toString()).toBe(expected)
  })

  test('signatures: what was verified outside is verified inside, and nothing else is deployed', async () => {
    folder = temporaryFolder()
    const [ours, theirs] = [signingKey(), signingKey()]
    mkdirSync(join(folder, 'keys'))
    writeFileSync(join(folder, 'keys/shop.pub'), ours.publicKey)
    writeFileSync(join(folder, 'pinpull.yaml'), yamlIn('offline.md', '## Signatures'))
    const { nginx, app } = digests
    pushReferrers(registry, 'library/nginx', nginx, [signedReferrer(nginx, ours)])
    pushUnderTag(registry, 'acme/app', app, 'sig', [signatureLayer(app, ours)])
    const locked = await outside(['lock', '--profile', 'airgap'])
    expect(locked.stderr).toBe(
      `added docker.io/library/nginx:1.27.3 ${nginx}, signed by keys/shop.pub
added ghcr.io/acme/app:v1.2.3 ${app}, signed by keys/shop.pub
pinpull: lock: 2 images: 2 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`,
    )
    registry.clearRequests()
    expect((await outside(['lock', '--profile', 'airgap', '--check', '--locked', '-'])).code).toBe(0)
    expect(registry.requests).toEqual([])

    const run = await inside(STREAM)
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('pinpull: airgap: 2 images')])
    const [first = '', second = ''] = readdirSync(join(folder, 'pinpull.lock.d'))
    // The key of the site is another one: what was carried in does not count.
    writeFileSync(join(folder, 'keys/shop.pub'), theirs.publicKey)
    const other = await inside(STREAM)
    expect([other.code, other.stdout.toString(), other.stderr.match(/error [A-Z_]+/g)]).toEqual([
      1,
      '',
      ['error SIGNATURE_INVALID', 'error SIGNATURE_INVALID'],
    ])
    writeFileSync(join(folder, 'keys/shop.pub'), ours.publicKey)
    rmSync(join(folder, 'pinpull.lock.d', first))
    writeFileSync(join(folder, 'pinpull.lock.d', second), '{}')
    const broken = await inside(STREAM)
    expect([broken.code, broken.stdout.toString()]).toEqual([1, ''])
    expect(broken.stderr.match(/error [A-Z_]+/g)?.toSorted()).toEqual([
      'error LOCK_SIGNATURE_INVALID',
      'error VERIFICATION_NOT_STORED',
    ])
  })

  test.each([
    ['a tag that is not locked', 'nginx:1.27.3', 'nginx:1.27.4', 'LOCK_MISSING_ENTRY'],
    ['a digest that is not locked', 'nginx:1.27.3', `nginx@sha256:${'0'.repeat(64)}`, 'LOCK_MISSING_ENTRY'],
    ['latest', 'nginx:1.27.3', 'nginx', 'IMAGE_UNTAGGED'],
    ['a placeholder', 'nginx:1.27.3', `\${IMAGE}`, 'IMAGE_PLACEHOLDER'],
  ])('%s is an error', async (_, before, after, code) => {
    folder = temporaryFolder()
    await outside(['lock'])
    const run = await inside(STREAM.replace(before, after))
    expect([run.code, run.stdout.toString()]).toEqual([1, ''])
    expect(run.stderr).toContain(`error ${code}: `)
  })
})
