import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProgramResult, runProgram } from '../support/program.ts'
import { redirect } from '../support/registry/misbehaviour.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../support/registry/registry.ts'

/**
 * The rules on which credentials and content depend, held with the whole program over real sockets: a binary has a
 * network stack of its own, which the tests of `src/registry` do not see.
 */
describe('the network of the whole program', () => {
  let folder: string
  const running: TestRegistry[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await Promise.all(running.map((registry) => registry.close()))
  })

  const start = async (options: RegistryOptions): Promise<TestRegistry> => {
    const registry = await startRegistry(options)
    running.push(registry)
    return registry
  }

  /** Runs the program on one image of a registry, trusting the authority of another. */
  const pin = (registry: TestRegistry, trusted?: TestRegistry, env = {}): Promise<ProgramResult> => {
    const authority = join(folder, 'authority.pem')
    if (trusted?.ca !== undefined) writeFileSync(authority, trusted.ca)
    return runProgram(['--profile', 'prod'], {
      input: `kind: Pod\napiVersion: v1\nspec:\n  containers:\n    - image: ${registry.host}/team/app:1\n`,
      env: { ...(trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }), ...env },
    })
  }

  const withLogin = (host: string): Record<string, string> => {
    const auth = Buffer.from('ann:secret').toString('base64')
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }))
    return { DOCKER_CONFIG: folder }
  }

  test.each([
    ['HTTP/1.1', {}],
    ['HTTP/2 offered', { http2: true }],
  ])('an authority of the environment is trusted: %s', async (_, tls) => {
    const registry = await start({ tls })
    const { digest } = registry.push('team/app:1')
    const run = await pin(registry, registry)
    expect(run.stderr).toContain('1 pinned')
    expect(run.stdout.toString()).toContain(`${registry.host}/team/app:1@${digest}`)
  })

  test.each<[string, RegistryOptions['tls'], boolean]>([
    ['of an unknown authority', {}, false],
    ['for another name', { hosts: ['registry.example.com'] }, true],
    ['that has expired', { notAfter: new Date('2020-01-01') }, true],
  ])('a certificate %s is refused', async (_, tls = {}, trusted) => {
    const registry = await start({ tls })
    registry.push('team/app:1')
    const run = await pin(registry, trusted ? registry : undefined)
    expect([run.code, run.stdout.toString()]).toEqual([3, ''])
    expect(run.stderr).toContain('error REGISTRY_TLS')
    expect(registry.count()).toBe(0)
  })

  test('a credential goes to its own host, and not along with a redirect', async () => {
    const registry = await start({ tls: {}, auth: { kind: 'basic', users: { ann: 'secret' } } })
    registry.push('team/app:1')
    const elsewhere = registry.host.replace('127.0.0.1', 'localhost')
    const path = '/v2/team/app/manifests/1'
    registry.script({ when: { authorized: true, path }, answer: redirect(`https://${elsewhere}${path}`) })
    const run = await pin(registry, registry, withLogin(registry.host))
    expect(run.code).toBe(3)
    const seen = registry.requests.map(({ headers }) => [headers.host, headers.authorization?.slice(0, 5)])
    expect(seen).toContainEqual([registry.host, 'Basic'])
    expect(seen).toContainEqual([elsewhere, undefined])
    expect(seen).not.toContainEqual([elsewhere, 'Basic'])
  })

  test('requests a token with the login of the host, and each image once', async () => {
    const registry = await start({ tls: {}, auth: { kind: 'bearer', users: { ann: 'secret' } } })
    const { digest } = registry.push('team/app:1')
    const run = await pin(registry, registry, withLogin(registry.host))
    expect(run.stdout.toString()).toContain(digest)
    const served = registry.requests.filter(({ method, status }) => method === 'HEAD' && status === 200)
    expect(served).toHaveLength(1)
    expect(`${run.stdout}${run.stderr}`).not.toContain('secret')
  })

  test('sixty images share 32 connections, none of which is closed after a HEAD', async () => {
    const registry = await start({ tls: {}, anyName: true })
    const images = Array.from(
      { length: 60 },
      (_, index) => `    - image: ${registry.host}/team/app:${index}.0.0`,
    )
    writeFileSync(join(folder, 'authority.pem'), registry.ca ?? '')
    const run = await runProgram(['--profile', 'prod'], {
      input: `kind: Pod\napiVersion: v1\nspec:\n  containers:\n${images.join('\n')}\n`,
      env: { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
    })
    expect(run.code, run.stderr).toBe(0)
    expect(registry.count({ method: 'HEAD' })).toBe(60)
    const used = new Set(registry.requests.map(({ connection }) => connection))
    expect(used.size).toBeLessThanOrEqual(32)
  })
})
