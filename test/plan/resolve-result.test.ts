import { expect, test } from 'vitest'
import { resolveDistinct } from '../../src/plan/resolve-result.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'

const signal = new AbortController().signal
const question = (image: string) => ({ reference: parseReference(image) })

test('each distinct reference is asked for once, whatever its spelling', async () => {
  const resolver = fixedResolver({ 'nginx:1.27': 'a', nginx: 'b' })
  const spellings = [
    'nginx:1.27',
    'docker.io/nginx:1.27',
    'index.docker.io/library/nginx:1.27',
    'nginx',
    'nginx:latest',
  ]
  const outcomes = await resolveDistinct(spellings.map(question), resolver, { signal })
  expect(Object.fromEntries(resolver.asked)).toEqual({
    'docker.io/library/nginx:1.27': 1,
    'docker.io/library/nginx:latest': 1,
  })
  expect([...outcomes.keys()]).toEqual(['docker.io/library/nginx:1.27', 'docker.io/library/nginx:latest'])
})

test('one failure does not hide the others', async () => {
  const resolver = fixedResolver({ 'a:1': 'a', 'b:1': 'REGISTRY_UNAVAILABLE' })
  const outcomes = await resolveDistinct(['a:1', 'b:1', 'c:1'].map(question), resolver, { signal })
  expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(['resolved', 'failed', 'failed'])
})

test('a defect of a resolver is not mistaken for an answer', async () => {
  const resolver = { resolve: () => Promise.reject(new TypeError('undefined is not a function')) }
  await expect(resolveDistinct([question('a')], resolver, { signal })).rejects.toThrow(TypeError)
})
