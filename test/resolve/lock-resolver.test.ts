import { describe, expect, test } from 'vitest'
import type { Cache } from '../../src/cache/cache.ts'
import type { CachedAnswer } from '../../src/cache/cache-file.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Layout } from '../../src/layout/layout.ts'
import { createLock, type LockEntry } from '../../src/lock/lock.ts'
import type { Platform } from '../../src/oci/platform.ts'
import type { Origin, Resolution, Resolver } from '../../src/plan/resolver.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { withCache } from '../../src/resolve/cache.ts'
import { layoutResolver } from '../../src/resolve/layout-resolver.ts'
import { entryOf, lockResolver } from '../../src/resolve/lock-resolver.ts'

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}` as Digest
const INDEX = 'application/vnd.oci.image.index.v1+json'
const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const { signal } = new AbortController()

/** Answers everything, and counts. */
function oracle(resolution: Partial<Resolution> = {}): Resolver & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async resolve({ text }) {
      asked.push(text)
      const origin: Origin = { kind: 'registry', from: 'registry-1.docker.io' }
      return { descriptor: { digest: digest('a'), mediaType: INDEX }, origin, ...resolution }
    },
  }
}

async function codeOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => (error instanceof PinpullError ? [error.code, error.args] : error))
}

describe('locked', () => {
  const entry: LockEntry = {
    reference: 'docker.io/library/nginx:1.27',
    digest: digest('b'),
    mediaType: INDEX,
    platforms: [amd64],
  }
  const lock = createLock([entry])

  test('answers from the lock and asks nobody', async () => {
    const fallback = oracle()
    const resolver = lockResolver(lock, 'pinpull.lock.yaml', fallback)
    expect(await resolver.resolve(parseReference('nginx:1.27'), { signal })).toEqual({
      descriptor: { digest: digest('b'), mediaType: INDEX, platforms: [amd64] },
      origin: { kind: 'lock', from: 'pinpull.lock.yaml' },
    })
    expect(fallback.asked).toEqual([])
  })

  test('asks for what the lock does not hold', async () => {
    const fallback = oracle()
    const resolver = lockResolver(lock, 'pinpull.lock.yaml', fallback)
    await resolver.resolve(parseReference('nginx:1.28'), { signal })
    await resolver.resolve(parseReference('nginx:1.27'), { signal, platform: amd64 })
    expect(fallback.asked).toEqual(['nginx:1.28', 'nginx:1.27'])
  })

  test('without anybody to ask, what is missing is an error', async () => {
    const resolver = lockResolver(lock, 'pinpull.lock.yaml')
    expect(await codeOf(resolver.resolve(parseReference('redis'), { signal }))).toEqual([
      'LOCK_MISSING_ENTRY',
      { image: 'docker.io/library/redis:latest', file: 'pinpull.lock.yaml' },
    ])
    const forAmd64 = resolver.resolve(parseReference('nginx:1.27'), { signal, platform: amd64 })
    expect(await codeOf(forAmd64)).toEqual([
      'LOCK_MISSING_ENTRY',
      { image: 'docker.io/library/nginx:1.27', file: 'pinpull.lock.yaml for linux/amd64' },
    ])
  })
})

describe('an entry', () => {
  test('is made from an answer, with the time', async () => {
    const platforms = [amd64, { os: 'linux', architecture: 'mad\nness' }]
    const inner = oracle({ descriptor: { digest: digest('a'), mediaType: INDEX, size: 3, platforms } })
    const nginx = parseReference('nginx')
    const options = { signal, platform: amd64 }
    const resolution = await inner.resolve(nginx, options)
    expect(entryOf(nginx, options, resolution, Date.UTC(2026, 10, 20, 8, 0, 0, 999))).toEqual({
      reference: 'docker.io/library/nginx:latest',
      platform: amd64,
      digest: digest('a'),
      mediaType: INDEX,
      platforms: [amd64],
      source: 'registry-1.docker.io',
      resolvedAt: '2026-11-20T08:00:00Z',
    })
  })
})

describe('cached', () => {
  function memory(): Cache {
    const answers = new Map<string, CachedAnswer>()
    return {
      get: (key) => answers.get(key),
      put: (key, answer) => answers.set(key, { ...answer, at: 0 }),
      getChallenge: () => undefined,
      setChallenge: () => {},
      save: () => undefined,
    }
  }
  const nginx = parseReference('nginx:1.27')

  test('asks once, and says that the second answer is an old one', async () => {
    const origin: Origin = { kind: 'mirror', from: 'mirror.local', credential: '~/.docker/config.json' }
    const inner = oracle({ descriptor: { digest: digest('a'), mediaType: INDEX, size: 3 }, origin })
    const resolver = withCache(inner, memory(), '')
    const first = await resolver.resolve(nginx, { signal })
    expect(await resolver.resolve(nginx, { signal })).toEqual({
      ...first,
      origin: { ...origin, kind: 'cache' },
    })
    expect(inner.asked).toEqual(['nginx:1.27'])
  })

  test.each<[string, (inner: Resolver, cache: Cache) => Promise<unknown>]>([
    ['by another route', (inner, cache) => withCache(inner, cache, '*=http://m').resolve(nginx, { signal })],
    [
      'for a platform',
      (inner, cache) => withCache(inner, cache, '').resolve(nginx, { signal, platform: amd64 }),
    ],
    [
      'for the platforms, which are not known',
      (inner, cache) => withCache(inner, cache, '').resolve(nginx, { signal, wantPlatforms: true }),
    ],
  ])('asks again %s', async (_, ask) => {
    const inner = oracle()
    const cache = memory()
    await withCache(inner, cache, '').resolve(nginx, { signal })
    await ask(inner, cache)
    expect(inner.asked).toHaveLength(2)
  })

  test.each<[string, string, Origin['kind']]>([
    ['a digest', `nginx@${digest('a')}`, 'registry'],
    ['what a layout answered', 'nginx', 'layout'],
    ['what the lock answered', 'nginx', 'lock'],
  ])('does not keep %s', async (_, text, kind) => {
    const inner = oracle({ origin: { kind, from: 'x' } })
    const resolver = withCache(inner, memory(), '')
    await resolver.resolve(parseReference(text), { signal })
    await resolver.resolve(parseReference(text), { signal })
    expect(inner.asked).toHaveLength(2)
  })
})

describe('fromLayouts', () => {
  const layout = (path: string, names: readonly string[]): Layout => ({
    path,
    transport: `oci:${path}`,
    find: async ({ text }) => (names.includes(text) ? { digest: digest('c'), mediaType: INDEX } : undefined),
    findAttachments: async () => ({ list: [], searches: [] }),
    readManifest: async () => undefined,
  })
  const layouts = [layout('a', ['nginx']), layout('b', ['nginx', 'redis'])]

  test.each([
    ['nginx', 'oci:a'],
    ['redis', 'oci:b'],
    ['alpine', 'registry-1.docker.io'],
  ])('%s comes from %s', async (text, from) => {
    const { origin } = await layoutResolver(layouts, oracle()).resolve(parseReference(text), { signal })
    expect(origin).toMatchObject({ from })
  })

  test('without anybody else to ask, what is missing is an error', async () => {
    expect(await codeOf(layoutResolver(layouts).resolve(parseReference('alpine'), { signal }))).toEqual([
      'LAYOUT_IMAGE_MISSING',
      { image: 'docker.io/library/alpine:latest', paths: 'a, b' },
    ])
  })
})
