import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: web}]}\n'
/** The profile that pins nothing, so that no registry is needed. */
const CHANGED = POD.replace('image: web', 'image: api, imagePullPolicy: Always')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-before-'))
  mkdirSync(join(folder, 'my scripts'))
  return () => rmSync(folder, { recursive: true })
})

const script = (path: string, text: string, mode = 0o755): void =>
  writeFileSync(join(folder, path), `#!/bin/sh\n${text}\n`, { mode })

async function run(args: readonly string[], input: string | Buffer = POD, env: Record<string, string> = {}) {
  const options = { input, cwd: folder, env: { HOME: folder, PATH: `${folder}:/usr/bin:/bin`, ...env } }
  const { code, stdout, stderr } = await runProgram(['--profile=dev', ...args], options)
  return { code, stdout: stdout.toString(), stderr }
}

describe('--before', () => {
  test.each([
    ['a path', './change', 'change'],
    ['a path with a space', './my scripts/change', 'my scripts/change'],
    ['a program on the PATH', 'change', 'change'],
  ])('%s: what it prints is read in place of the input', async (_, before, path) => {
    script(path, 'sed "s/image: web/image: api/"')
    const { code, stdout } = await run([`--before=${before}`])
    expect([code, stdout]).toEqual([0, CHANGED])
  })

  test('what it says is passed on', async () => {
    script('change', 'echo "deprecated: bases" >&2; cat')
    const { code, stderr } = await run(['--before', './change'])
    expect([code, stderr.split('\n')[0]]).toEqual([0, 'deprecated: bases'])
  })

  test.each([
    [
      'fails',
      'cat >/dev/null; echo "no such base: ../web" >&2; exit 4',
      POD,
      /^no such base: \.\.\/web\nerror BEFORE_FAILED: \.\/change, which runs before Pinpull, ended with exit code 4\n/,
    ],
    ['fails and has printed manifests', 'cat; exit 1', POD, /BEFORE_FAILED: .* ended with exit code 1\n/],
    [
      'prints nothing for manifests',
      'cat >/dev/null',
      POD,
      /BEFORE_FAILED: .* printed nothing, though there were manifests\n/,
    ],
    ['does not end by itself', 'kill -9 $$', POD, /BEFORE_FAILED: .* was killed by SIGKILL\n/],
  ])('nothing is written if it %s', async (_, text, input, message) => {
    script('change', text)
    const { code, stdout, stderr } = await run(['--before', './change'], input)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(message)
    const last = await runProgram(['last'], { cwd: folder, env: { HOME: folder } })
    expect(last.stdout.toString() + last.stderr).toContain('BEFORE_FAILED')
  })

  test.each([
    ['does not exist', './nothing'],
    ['is not on the PATH', 'nothing'],
    ['is not executable', './plain'],
    ['is a folder', './my scripts'],
  ])('a program that %s', async (_, before) => {
    script('plain', 'cat', 0o644)
    const { code, stderr } = await run([`--before=${before}`])
    expect([code, stderr.split('\n')[0]]).toEqual([
      3,
      `error BEFORE_FAILED: ${before}, which runs before Pinpull, does not exist or is not executable`,
    ])
  })

  test('a program that reads no input, of which there is much', async () => {
    script('change', `printf '%s' '${POD}'`)
    expect(await run(['--before', './change'], POD.repeat(50_000))).toMatchObject({ code: 0 })
  })

  test('bytes are kept as they are', async () => {
    script('change', 'cat')
    const crlf = POD.replaceAll('\n', '\r\n').replace('image: web', 'image: web, imagePullPolicy: Always')
    expect((await run(['--before', './change'], `\ufeff${crlf}`)).stdout).toBe(`\ufeff${crlf}`)
  })

  test('a chart that renders nothing gets an answer in Helm 4', async () => {
    script('change', 'cat')
    const env = { HELM_PLUGIN_DIR: '/plugins/pinpull' }
    expect(await run(['--before', './change'], '\n', env)).toMatchObject({
      code: 0,
      stdout: '# pinpull: no manifests\n',
    })
  })

  test('is not for files', async () => {
    script('change', 'cat')
    writeFileSync(join(folder, 'pod.yaml'), POD)
    const { code, stderr } = await run(['--before', './change', 'pod.yaml'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error USAGE: --before runs a program on standard input, and cannot be used with files',
    ])
  })

  test('no variable sets it, and neither do the arguments of a kustomization', async () => {
    script('change', 'sed "s/image: web/image: api/"')
    expect((await run([], POD, { PINPULL_BEFORE: './change' })).stdout).toContain('image: web,')
    const env = { KUSTOMIZE_PLUGIN_CONFIG_ROOT: folder }
    const plugin = await runProgram([join(folder, 'config'), '--before=./change'], {
      input: POD,
      cwd: folder,
      env,
    })
    expect([plugin.code, plugin.stderr.split(':')[0]]).toEqual([2, 'error CONFIG_UNTRUSTED'])
  })
})
