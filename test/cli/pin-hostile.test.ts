import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runProgram, startProgram } from '../support/program.ts'
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
async function pin(...args: readonly string[]) {
  // Neither kustomize nor Helm.
  const env = { PINPULL_CACHE_TTL: '0', PINPULL_MIRROR: `*=${registry.url}`, PATH: '/usr/bin:/bin' }
  const { code, stdout, stderr } = await runProgram(['pin', ...args], { cwd, env })
  return { code, stdout: stdout.toString(), stderr }
}

const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "nginx:1.27", imagePullPolicy: Always}]}\n`
const PINNED = /\+spec: .*nginx:1\.27@sha256:/

test.each<[name: string, make: (path: string) => void]>([
  ['a device without end', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe that nobody writes to', (path) => void execFileSync('mkfifo', [path])],
  ['itself', (path) => symlinkSync('Chart.yaml', path)],
])('a Chart.yaml that is %s is none', async (_, make) => {
  write('app/web.yaml', pod)
  make(join(cwd, 'app/Chart.yaml'))
  const { code, stdout } = await pin('app/web.yaml')
  expect([code, PINNED.test(stdout)]).toEqual([0, true])
})

test('a resource of a kustomization that is a device is not read', async () => {
  write('app/web.yaml', pod)
  write(
    'app/kustomization.yaml',
    'resources: [web.yaml, zero.yaml]\nimages: [{name: nginx, newTag: "1.28"}]\n',
  )
  symlinkSync('/dev/zero', join(cwd, 'app/zero.yaml'))
  const { code, stdout } = await pin('app/kustomization.yaml')
  expect(code).toBe(0)
  expect(stdout).toContain('+images: [{name: nginx, newTag: "1.28", digest: sha256:')
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves no copy of a chart behind', async (signal) => {
  write('bin/helm', '#!/bin/sh\ntouch "$TMPDIR/../started"\nexec sleep 60\n')
  chmodSync(join(cwd, 'bin/helm'), 0o755)
  mkdirSync(join(cwd, 'tmp'))
  write('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n')
  write('chart/values.yaml', 'image: nginx:1.27\n')
  const env = { TMPDIR: join(cwd, 'tmp'), PATH: `${join(cwd, 'bin')}:/usr/bin:/bin` }
  const { child, result } = startProgram(['pin', 'chart'], { cwd, env })
  while (!existsSync(join(cwd, 'started'))) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(readdirSync(join(cwd, 'tmp'))).toHaveLength(1)
  child.kill(signal)
  expect((await result).signal).toBe(signal)
  expect(readdirSync(join(cwd, 'tmp'))).toEqual([])
})

test('a patch of a kustomization needs no image', async () => {
  write('app/web.yaml', pod)
  const patch =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, tty: true}]}\n'
  write('app/patch.yaml', patch)
  expect(await pin('app')).toMatchObject({ code: 1, stderr: expect.stringContaining('IMAGE_UNREADABLE') })
  write('app/kustomization.yaml', 'resources: [web.yaml]\npatches: [{path: patch.yaml}]\n')
  const { code, stdout } = await pin('app')
  expect([code, PINNED.test(stdout)]).toEqual([0, true])
})

test('a summary does not replace a file that is to be pinned', async () => {
  write('app/web.yaml', pod)
  symlinkSync('app/web.yaml', join(cwd, 'body.md'))
  for (const summary of ['app/web.yaml', './app/../app/web.yaml', 'body.md']) {
    const { code, stderr } = await pin('--write', '--summary', summary, 'app')
    expect([code, stderr]).toEqual([2, expect.stringContaining('would replace a file that is to be pinned')])
  }
  expect(readFileSync(join(cwd, 'app/web.yaml'), 'utf8')).toBe(pod)
})

test('a file that an absolute path names is in the diff as git apply takes it', async () => {
  write('app/web.yaml', pod)
  const { stdout } = await pin(join(cwd, 'app'))
  expect(stdout.split('\n').slice(0, 2)).toEqual(['--- a/app/web.yaml', '+++ b/app/web.yaml'])
})
