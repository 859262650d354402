import { expect, test } from 'vitest'
import type { Resolver } from '../../src/plan/resolver.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { lazyResolver } from '../../src/resolve/memoization.ts'

const options = { signal: new AbortController().signal }

test('the resolver is made with the first question, and once', async () => {
  let made = 0
  const asked: string[] = []
  const make = async (): Promise<Resolver> => {
    made += 1
    return {
      resolve: async ({ text }) => {
        asked.push(text)
        throw new Error('no such image')
      },
    }
  }
  const resolver = lazyResolver(make)
  expect(made).toBe(0)
  const answers = ['a:1', 'b:1'].map((text) => resolver.resolve(parseReference(text), options))
  await expect(Promise.allSettled(answers)).resolves.toEqual(
    answers.map(() => ({ status: 'rejected', reason: new Error('no such image') })),
  )
  expect(made).toBe(1)
  expect(asked).toEqual(['a:1', 'b:1'])
})

test('what went wrong while it was made is the answer to every question', async () => {
  const resolver = lazyResolver(() => Promise.reject(new Error('unreadable')))
  for (const text of ['a:1', 'b:1']) {
    await expect(resolver.resolve(parseReference(text), options)).rejects.toThrow('unreadable')
  }
})
