import { describe, expect, test } from 'vitest'
import { defaultKeychain } from '../../src/credentials/default-keychain.ts'
import { EMPTY_KEYCHAIN } from '../../src/credentials/keychain.ts'
import { processRunner } from '../../src/credentials/program.ts'
import type { Resolution } from '../../src/plan/resolver.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { type RegistryResolverOptions, registryResolver } from '../../src/resolve/registry-resolver.ts'
import { closingRegistries } from '../support/registry/closing-registries.ts'
import { digestHeader } from '../support/registry/misbehaviour.ts'
import type { TestRegistry } from '../support/registry/registry.ts'

const start = closingRegistries()

function resolve(image: string, options: Partial<RegistryResolverOptions> = {}): Promise<Resolution> {
  const resolver = registryResolver({ keychain: EMPTY_KEYCHAIN, userAgent: 'pinpull/test', ...options })
  return resolver.resolve(parseReference(image), { signal: AbortSignal.timeout(20_000) })
}

const lines = (registry: TestRegistry): string[] =>
  registry.requests.map(({ method, url, status }) => `${method} ${url} ${status}`)

describe('resolving at a registry', () => {
  test('takes the digest of the index from one HEAD', async () => {
    const registry = await start()
    const { digest } = registry.push('team/app:1.2')
    const resolution = await resolve(`${registry.host}/team/app:1.2`)
    expect(resolution).toEqual({
      descriptor: {
        mediaType: 'application/vnd.oci.image.index.v1+json',
        digest,
        size: expect.any(Number),
      },
      origin: { kind: 'registry', from: registry.host },
    })
    expect(lines(registry)).toEqual(['HEAD /v2/team/app/manifests/1.2 200'])
    expect(registry.requests[0]?.headers).toMatchObject({
      accept:
        'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
      'user-agent': 'pinpull/test',
    })
  })

  test('asks for latest where there is no tag', async () => {
    const registry = await start()
    const { digest } = registry.push('app:latest', { types: 'docker' })
    const { descriptor } = await resolve(`${registry.host}/app`)
    expect(descriptor).toMatchObject({
      digest,
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    })
  })

  test('hashes the bytes where HEAD states no digest', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    registry.script({ answer: digestHeader() })
    const { descriptor } = await resolve(`${registry.host}/app:1`)
    expect(descriptor.digest).toBe(digest)
    expect(lines(registry)).toEqual(['HEAD /v2/app/manifests/1 200', 'GET /v2/app/manifests/1 200'])
  })

  test('answers a Bearer challenge with the credentials of docker config.json', async () => {
    const registry = await start({ auth: { kind: 'bearer', users: { ann: 's3cret' } } })
    const { digest } = registry.push('app:1')
    const auth = Buffer.from('ann:s3cret').toString('base64')
    const keychain = defaultKeychain({
      env: {},
      home: '/home/ann',
      run: processRunner(process),
      readFile: async (path) =>
        path === '/home/ann/.docker/config.json'
          ? JSON.stringify({ auths: { [registry.host]: { auth } } })
          : undefined,
    })
    const { descriptor, origin } = await resolve(`${registry.host}/app:1`, { keychain })
    expect(descriptor.digest).toBe(digest)
    expect(origin.credential).toBe(`/home/ann/.docker/config.json (${registry.host})`)
    expect(lines(registry)).toEqual([
      'HEAD /v2/app/manifests/1 401',
      expect.stringMatching(
        /^GET \/token\?service=[^&]+&scope=repository%3Aapp%3Apull&client_id=pinpull&account=ann 200$/,
      ),
      'HEAD /v2/app/manifests/1 200',
    ])
  })

  test('asks the mirror of every registry with its name, and never the registry itself', async () => {
    const mirror = await start({ mirror: true })
    const { digest } = mirror.push('docker.io/library/nginx:1.27')
    const { descriptor, origin } = await resolve('nginx:1.27', { mirrors: [{ host: '*', url: mirror.url }] })
    expect(descriptor.digest).toBe(digest)
    expect(origin).toEqual({ kind: 'mirror', from: mirror.host })
    expect(lines(mirror)).toEqual(['HEAD /v2/library/nginx/manifests/1.27?ns=docker.io 200'])
  })

  test('asks once for what many want at the same time', async () => {
    const registry = await start({ auth: { kind: 'bearer', mayRead: () => true } })
    registry.push('app:1')
    registry.push('app:2')
    const resolver = registryResolver({ keychain: EMPTY_KEYCHAIN, userAgent: 'pinpull/test' })
    const images = ['app:1', 'app:2', 'app:1', 'app:1'].map((name) => `${registry.host}/${name}`)
    const signal = AbortSignal.timeout(20_000)
    await Promise.all(images.map((image) => resolver.resolve(parseReference(image), { signal })))
    expect(registry.count({ path: '/token' })).toBe(1)
    expect(registry.count({ path: '/v2/app/manifests/1' })).toBe(2)
    expect(registry.count({ path: '/v2/app/manifests/2' })).toBe(2)
  })

  test('names image, registry and tag where a tag is missing', async () => {
    const registry = await start()
    registry.push('app:1')
    await expect(resolve(`${registry.host}/app:2`)).rejects.toMatchObject({
      code: 'MANIFEST_UNKNOWN',
      args: { image: `${registry.host}/app:2`, registry: registry.host, repository: 'app', what: 'tag "2"' },
    })
    expect(lines(registry)).toEqual(['HEAD /v2/app/manifests/2 404', 'GET /v2/app/manifests/2 404'])
  })
})
