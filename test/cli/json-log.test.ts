import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { failWith } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

let cwd = ''
let registry: TestRegistry
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-log-'))
  registry = await startRegistry({ anyName: true, auth: { kind: 'basic', users: { ann: 's3cret-word' } } })
  const auth = Buffer.from('ann:s3cret-word').toString('base64')
  writeFileSync(join(cwd, 'auth.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }))
  writeFileSync(join(cwd, 'broken.yaml'), 'kind: [')
})
afterAll(async () => {
  await registry.close()
  rmSync(cwd, { recursive: true })
})

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: ${image}\n`

/** Runs the program, and parses standard error; throws if a line of it is no JSON. */
async function run(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const { code, stderr, stdout } = await runInProcess(args, { input, cwd, env: { CI: '1', ...env } })
  expect(stderr).toMatch(/^(?:\{.*\}\n)*$/)
  const entries = stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  for (const { time, type, level } of entries) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect([type, ['error', 'warning', 'info'].includes(String(level))]).toEqual([expect.any(String), true])
  }
  return { code, stdout, stderr, entries: entries.map(({ time: _, ...entry }) => entry) }
}

const JSON_LOG = ['--log-format', 'json']

describe('--log-format json', () => {
  test('has every diagnostic with its place, and the summary', async () => {
    const { code, entries } = await run(JSON_LOG, pod('NGINX'))
    expect([code, entries]).toEqual([
      1,
      [
        {
          type: 'diagnostic',
          level: 'error',
          code: 'REFERENCE_INVALID',
          message: '"NGINX" is not an image reference: the name of a repository is lower case',
          hint: 'correct the image, or exclude this field',
          at: expect.objectContaining({ line: 7, column: 12, container: 'c' }),
          args: expect.objectContaining({ image: 'NGINX' }),
        },
        {
          type: 'summary',
          level: 'error',
          profile: 'prod',
          exitCode: 1,
          images: 1,
          pinned: 0,
          kept: 1,
          failed: 0,
          verified: 0,
          errors: 1,
          warnings: 0,
          text: 'pinpull: prod: 1 error in 1 image; nothing was written',
        },
      ],
    ])
  })

  test('has the requests and images with --verbose, and no secret', async () => {
    registry.script({
      when: { path: /1\.2\.3$/ },
      answer: failWith(403, 'DENIED', 'not for ann:s3cret-word'),
    })
    const images = ['app:1.0.0', 'app:1.2.3'].map((image) => `${registry.host}/${image}`)
    const { entries, stderr } = await run(
      [...JSON_LOG, '--verbose', '--auth-file', 'auth.json'],
      images.map(pod).join('---\n'),
    )
    registry.clearScript()
    const types = new Set(entries.map(({ type, event }) => [type, event].join(' ').trim()))
    expect(types).toEqual(
      new Set(['request started', 'request failed', 'request answered', 'diagnostic', 'image', 'summary']),
    )
    expect(entries.find(({ status }) => status === 200)).toEqual({
      type: 'request',
      level: 'info',
      event: 'answered',
      request: expect.any(Number),
      attempt: 1,
      maxAttempts: 4,
      method: 'HEAD',
      url: `http://${registry.host}/v2/app/manifests/1.0.0`,
      host: registry.host,
      role: 'registry',
      status: 200,
      milliseconds: expect.any(Number),
    })
    for (const secret of ['s3cret-word', Buffer.from('ann:s3cret-word').toString('base64').slice(0, 16)])
      expect(stderr).not.toContain(secret)
  })

  test.each<[what: string, args: readonly string[], env: Record<string, string>, code: number]>([
    ['an unknown option before it', ['--nonsense', ...JSON_LOG], {}, 2],
    ['an unknown option after it', [...JSON_LOG, '--nonsense'], {}, 2],
    ['an unknown command', [...JSON_LOG, 'chek'], {}, 2],
    ['a variable', ['--nonsense'], { PINPULL_LOG_FORMAT: 'json' }, 2],
    ['another profile', [...JSON_LOG, '--profile', 'moon'], {}, 2],
    ['a configuration that is broken', ['--log-format=json', '--config', 'broken.yaml'], {}, 2],
    [
      'a report that cannot be written',
      ['--report', 'no/such/r.json', '--profile', 'moon', ...JSON_LOG],
      {},
      2,
    ],
    ['a lock without images', ['lock', ...JSON_LOG], {}, 1],
    ['a check of a registry', ['check', '--resolve', '--verbose', ...JSON_LOG], {}, 0],
  ])('everything on standard error is JSON: %s', async (_, args, env, code) => {
    const { code: found, entries } = await run(args, '', env)
    expect(found).toBe(code)
    if (code !== 0) expect(entries.map(({ type }) => type)).toContain('diagnostic')
  })

  test('the option wins over the variable', async () => {
    const { stderr } = await runInProcess(['--log-format', 'text', '--nonsense'], {
      cwd,
      env: { PINPULL_LOG_FORMAT: 'json' },
    })
    expect(stderr).toMatch(/^error USAGE: /)
  })

  test('with --quiet it has errors only', async () => {
    const { entries } = await run([...JSON_LOG, '--quiet', '--profile', 'dev'], pod('nginx'))
    expect(entries).toEqual([])
  })
})
