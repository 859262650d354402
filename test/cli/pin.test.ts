import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
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

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(cwd, name)), { recursive: true })
  writeFileSync(join(cwd, name), text)
}
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')

const DIGEST = /sha256:[0-9a-f]{64}/g
async function pin(...args: readonly string[]) {
  const env = { PINPULL_CACHE_TTL: '0', PINPULL_MIRROR: `*=${registry.url}` }
  const { code, stdout, stderr } = await runProgram(['pin', ...args], { cwd, env })
  return { code, stdout: stdout.toString(), stderr }
}
const git = (args: readonly string[], input = ''): string =>
  execFileSync('git', args, { cwd, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: ${image}\n    imagePullPolicy: IfNotPresent\n`

describe('manifests', () => {
  test('the change is a diff, and nothing is written', async () => {
    write('web.yaml', pod('nginx:1.27'))
    const { code, stdout, stderr } = await pin('web.yaml')
    expect(stdout.replace(DIGEST, 'DIGEST')).toBe(`--- a/web.yaml
+++ b/web.yaml
@@ -4,5 +4,5 @@
 spec:
   containers:
   - name: web
-    image: nginx:1.27
+    image: nginx:1.27@DIGEST
     imagePullPolicy: IfNotPresent
`)
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'pinpull: pin: 1 image: 1 pinned; 1 file would change: --write does it\n',
    })
    expect(read('web.yaml')).toBe(pod('nginx:1.27'))
  })

  test('--write makes the change that the diff shows, and a second run changes nothing', async () => {
    write('web.yaml', pod('nginx:1.27'))
    chmodSync(join(cwd, 'web.yaml'), 0o640)
    const shown = await pin('web.yaml')
    const written = await pin('--write', 'web.yaml')
    expect(written.stdout).toBe(shown.stdout)
    expect(written.stderr).toBe('pinpull: pin: 1 image: 1 pinned; 1 file written\n')
    expect(read('web.yaml').replace(DIGEST, 'DIGEST')).toBe(pod('nginx:1.27@DIGEST'))
    expect(statSync(join(cwd, 'web.yaml')).mode & 0o777).toBe(0o640)
    expect(await pin('--write', '.')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'pinpull: pin: 1 image: 1 unchanged; no file changes\n',
    })
    expect(readdirSync(cwd)).toEqual(['web.yaml'])
  })

  test.each<[name: string, file: string, text: string]>([
    ['in a folder', 'apps/shop/web.yaml', pod('nginx:1.27')],
    ['with spaces in its name', 'the shop/my web.yaml', pod('nginx:1.27')],
    ['without a line break at its end', 'web.yaml', pod('nginx:1.27').trimEnd()],
    [
      'whose last line changes and has no line break',
      'web.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - imagePullPolicy: IfNotPresent\n    image: nginx:1.27',
    ],
    ['with CRLF', 'web.yaml', pod('nginx:1.27').replaceAll('\n', '\r\n')],
    ['with a byte order mark', 'web.yaml', `\ufeff${pod('nginx:1.27')}`],
    [
      'of JSON',
      'web.json',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"ü"},"spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}',
    ],
  ])('git applies the diff of a file %s', async (_, file, text) => {
    write(file, text)
    git(['init', '-q'])
    const { stdout } = await pin('.')
    git(['-c', 'core.autocrlf=false', 'apply', '-'], stdout)
    const applied = read(file)
    write(file, text)
    await pin('--write', '.')
    expect(applied).not.toBe(text)
    expect(read(file)).toBe(applied)
  })

  test('nothing is written if one image does not resolve, and every error is shown', async () => {
    write('a.yaml', pod('nginx:1.27'))
    write('b.yaml', pod('{{ .Values.image }}'))
    const { code, stdout, stderr } = await pin('--write', '.')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('error TEMPLATE_UNRENDERED')
    expect(stderr).toContain('nothing was written')
    expect(read('a.yaml')).toBe(pod('nginx:1.27'))
  })

  test('a read-only file stops the run', async () => {
    write('a.yaml', pod('nginx:1.27'))
    write('b.yaml', pod('nginx:1.27'))
    chmodSync(join(cwd, 'b.yaml'), 0o444)
    const { code, stdout, stderr } = await pin('--write', '.')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('b.yaml: error SOURCE_NOT_WRITTEN: b.yaml cannot be written: it is read-only')
    expect(read('a.yaml')).toBe(pod('nginx:1.27'))
  })

  test('images that Flux writes stay', async () => {
    const own = pod('nginx:1.27 # {"$imagepolicy": "flux-system:nginx"}')
    write('web.yaml', own + pod('busybox:1.37').replace(/^/, '---\n'))
    const { stdout } = await pin('-o', 'json', 'web.yaml')
    expect(JSON.parse(stdout).images.map((image: object) => ({ ...image, at: undefined }))).toEqual([
      { before: 'nginx:1.27', after: 'nginx:1.27', outcome: 'unchanged', reason: 'written by Flux' },
      { before: 'busybox:1.37', after: expect.stringContaining('busybox:1.37@sha256:'), outcome: 'written' },
    ])
  })

  test('a profile that writes digests only keeps the tag, so that it can be followed', async () => {
    write('web.yaml', pod('nginx:1.27'))
    write(
      'pinpull.yaml',
      'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  profiles:\n  - {name: prod, output: digest}\n',
    )
    const { stdout } = await pin('web.yaml')
    expect(stdout).toMatch(/^\+ +image: nginx:1\.27@sha256:/m)
  })
})

describe('what is edited', () => {
  test.each<[args: readonly string[], reason: string]>([
    [[], 'name the files or folders to pin'],
    [['-'], 'pin edits files; to pin what comes from standard input: pinpull < IN > OUT'],
    [['link.yaml'], 'link.yaml is a link that leads out of its folder'],
  ])('pin %j is wrong usage', async (args, reason) => {
    write('../outside.yaml', pod('nginx:1.27'))
    symlinkSync('../outside.yaml', join(cwd, 'link.yaml'))
    const { code, stderr } = await pin(...args)
    expect([code, stderr.includes(`error USAGE: ${reason}`)]).toEqual([2, true])
  })

  test('a link in a folder is followed within it, and its file is edited once, by its own name', async () => {
    write('apps/z/web.yaml', pod('nginx:1.27'))
    symlinkSync('z/web.yaml', join(cwd, 'apps/a.yaml'))
    const { stdout } = await pin('-o', 'name', 'apps')
    expect(stdout).toBe('apps/z/web.yaml\n')
  })

  test('a link out of a folder is left, and said', async () => {
    write('apps/web.yaml', pod('nginx:1.27'))
    write('outside.yaml', pod('nginx:1.27'))
    symlinkSync('../outside.yaml', join(cwd, 'apps/out.yaml'))
    const { stdout, stderr } = await pin('--write', '-o', 'name', 'apps')
    expect(stdout).toBe('apps/web.yaml\n')
    expect(stderr).toContain('apps/out.yaml, a link that leads out of the folder')
    expect(read('outside.yaml')).toBe(pod('nginx:1.27'))
  })

  test('parts of a chart are left, and said only if they are named', async () => {
    write('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
    write('chart/templates/web.yaml', 'image: {{ .Values.image }}\n')
    write('chart/charts/sub/Chart.yaml', 'apiVersion: v2\nname: sub\nversion: 1.0.0\n')
    write('chart/charts/sub/values.yaml', 'image: nginx\n')
    write('web.yaml', pod('nginx:1.27'))
    const { code, stdout, stderr } = await pin('-o', 'name', '.')
    expect([code, stdout, stderr.includes('SOURCE_LEFT')]).toEqual([0, 'web.yaml\n', false])
    const named = await pin('chart/templates/web.yaml')
    expect([named.code, named.stdout]).toEqual([0, ''])
    expect(named.stderr).toContain(
      'warning SOURCE_LEFT: chart/templates/web.yaml stays as it is: it is a part of a chart',
    )
  })

  test('--exit-code tells whether something would change', async () => {
    write('web.yaml', pod('nginx:1.27'))
    expect((await pin('--exit-code', '.')).code).toBe(1)
    expect((await pin('--exit-code', '--write', '.')).code).toBe(0)
    expect((await pin('--exit-code', '.')).code).toBe(0)
  })

  test('--locked contacts no registry', async () => {
    write('web.yaml', pod('nginx:1.27'))
    const missing = await pin('--locked', '.')
    expect([missing.code, missing.stderr.includes('error LOCK_ABSENT')]).toEqual([2, true])
    write(
      'pinpull.lock.yaml',
      `apiVersion: pinpull.dev/v1alpha1\nkind: Lock\nimages:\n  - reference: docker.io/library/nginx:1.27\n    digest: sha256:${'a'.repeat(64)}\n    mediaType: application/vnd.oci.image.index.v1+json\n`,
    )
    registry.clearRequests()
    const { code, stdout } = await pin('--locked', '.')
    expect([code, registry.requests.length]).toEqual([0, 0])
    expect(stdout).toContain(`+    image: nginx:1.27@sha256:${'a'.repeat(64)}`)
  })
})
