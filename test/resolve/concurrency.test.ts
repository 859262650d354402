import { describe, expect, test } from 'vitest'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Resolution, Resolver } from '../../src/plan/resolver.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { withConcurrencyLimit } from '../../src/resolve/concurrency.ts'
import { withMemoization } from '../../src/resolve/memoization.ts'

const ANSWER: Resolution = {
  descriptor: { mediaType: 'x', digest: `sha256:${'a'.repeat(64)}` as Digest },
  origin: { kind: 'registry', from: 'test' },
}

/** A resolver whose answers wait until they are let go. */
function held() {
  const waiting = new Map<string, { answer: () => void; fail: () => void }>()
  const asked: string[] = []
  const resolver: Resolver = {
    resolve: ({ text }) =>
      new Promise((resolve, reject) => {
        asked.push(text)
        waiting.set(text, { answer: () => resolve(ANSWER), fail: () => reject(new Error(`no ${text}`)) })
      }),
  }
  const settle = (text: string, how: 'answer' | 'fail'): Promise<void> => {
    waiting.get(text)?.[how]()
    return new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  return {
    resolver,
    asked,
    answer: (text: string) => settle(text, 'answer'),
    fail: (text: string) => settle(text, 'fail'),
  }
}

const options = { signal: new AbortController().signal }
const tick = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

describe('limited', () => {
  test('so many at one registry, in turn, whether they succeed or fail', async () => {
    const { resolver, asked, answer, fail } = held()
    const { resolve } = withConcurrencyLimit(resolver, { perRegistry: 2, inAll: 10 })
    const all = Promise.allSettled(
      ['a.io/x:1', 'a.io/x:2', 'a.io/x:3', 'a.io/x:4', 'b.io/x:1'].map((image) =>
        resolve(parseReference(image), options),
      ),
    )
    await tick()
    expect(asked).toEqual(['a.io/x:1', 'a.io/x:2', 'b.io/x:1'])
    await fail('a.io/x:2')
    expect(asked.slice(3)).toEqual(['a.io/x:3'])
    await answer('a.io/x:1')
    expect(asked.slice(3)).toEqual(['a.io/x:3', 'a.io/x:4'])
    for (const image of ['a.io/x:3', 'a.io/x:4', 'b.io/x:1']) await answer(image)
    expect((await all).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
  })

  test('another number at a registry that has its own', async () => {
    const { resolver, asked, answer } = held()
    const { resolve } = withConcurrencyLimit(resolver, {
      perRegistry: 2,
      inAll: 10,
      byRegistry: new Map([['a.io', 1]]),
    })
    const all = Promise.all(
      ['a.io/x:1', 'a.io/x:2', 'b.io/x:1', 'b.io/x:2'].map((image) =>
        resolve(parseReference(image), options),
      ),
    )
    await tick()
    expect(asked).toEqual(['a.io/x:1', 'b.io/x:1', 'b.io/x:2'])
    for (const image of ['a.io/x:1', 'a.io/x:2', 'b.io/x:1', 'b.io/x:2']) await answer(image)
    await all
  })

  test('so many in all', async () => {
    const { resolver, asked, answer } = held()
    const { resolve } = withConcurrencyLimit(resolver, { perRegistry: 2, inAll: 2 })
    const all = Promise.all(
      ['a.io/x', 'b.io/x', 'c.io/x'].map((image) => resolve(parseReference(image), options)),
    )
    await tick()
    expect(asked).toEqual(['a.io/x', 'b.io/x'])
    await answer('a.io/x')
    expect(asked).toEqual(['a.io/x', 'b.io/x', 'c.io/x'])
    await answer('b.io/x')
    await answer('c.io/x')
    await all
  })

  test('whoever gives up while waiting leaves the line', async () => {
    const { resolver, asked, answer } = held()
    const { resolve } = withConcurrencyLimit(resolver, { perRegistry: 1, inAll: 1 })
    const impatient = new AbortController()
    const first = resolve(parseReference('a.io/x:1'), options)
    const second = resolve(parseReference('a.io/x:2'), { signal: impatient.signal })
    const third = resolve(parseReference('a.io/x:3'), options)
    await tick()
    impatient.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    await answer('a.io/x:1')
    await answer('a.io/x:3')
    await Promise.all([first, third])
    expect(asked).toEqual(['a.io/x:1', 'a.io/x:3'])
  })

  test('nothing is begun for one who has given up', async () => {
    const { resolver, asked } = held()
    const { resolve } = withConcurrencyLimit(resolver)
    await expect(
      resolve(parseReference('a.io/x'), { signal: AbortSignal.abort(new Error('over')) }),
    ).rejects.toThrow('over')
    expect(asked).toEqual([])
  })

  test('who still waits when the time is over is told for which image', async () => {
    const { resolver } = held()
    const { resolve } = withConcurrencyLimit(resolver, { perRegistry: 1, inAll: 1 })
    const run = new AbortController()
    const asked = ['a.io/x:1', 'a.io/x:2'].map((text) =>
      resolve(parseReference(text), { signal: run.signal }),
    )
    run.abort(new PinpullError('DEADLINE_EXCEEDED', { timeout: '5 s' }))
    await expect(asked[1]).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      args: { timeout: '5 s', image: 'a.io/x:2', registry: 'a.io' },
    })
  })
})

describe('memoized', () => {
  test.each([
    ['the same text', 'nginx', 'nginx', 1],
    ['another spelling', 'nginx', 'docker.io/library/nginx:latest', 1],
    ['a tag beside a digest', `nginx:1@sha256:${'a'.repeat(64)}`, `nginx:2@sha256:${'a'.repeat(64)}`, 1],
    ['another tag', 'nginx:1', 'nginx:2', 2],
    ['another registry', 'nginx', 'quay.io/library/nginx', 2],
  ])('%s', async (_, one, other, asked) => {
    let calls = 0
    const { resolve } = withMemoization({
      resolve: async () => {
        calls++
        return ANSWER
      },
    })
    await Promise.all([resolve(parseReference(one), options), resolve(parseReference(other), options)])
    expect(calls).toBe(asked)
  })

  test('other wishes are other questions', async () => {
    let calls = 0
    const { resolve } = withMemoization({
      resolve: async () => {
        calls++
        return ANSWER
      },
    })
    const nginx = parseReference('nginx')
    const platform = { os: 'linux', architecture: 'arm64' }
    await resolve(nginx, options)
    await resolve(nginx, { ...options, wantPlatforms: true })
    await resolve(nginx, { ...options, platform })
    await resolve(nginx, { ...options, platform: { ...platform, variant: 'v8' } })
    expect(calls).toBe(4)
  })

  test('a failure is one for all', async () => {
    let calls = 0
    const { resolve } = withMemoization({
      resolve: async () => {
        calls++
        throw new Error('no')
      },
    })
    const nginx = parseReference('nginx')
    await expect(resolve(nginx, options)).rejects.toThrow('no')
    await expect(resolve(nginx, options)).rejects.toThrow('no')
    expect(calls).toBe(1)
  })
})
