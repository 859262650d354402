import { expect, test } from 'vitest'
import { parseReference } from '../../src/reference/parse.ts'
import { withProgress } from '../../src/resolve/progress.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'

test('counts each distinct reference when it is requested, and when it is resolved or fails', async () => {
  const steps: string[] = []
  const resolver = withProgress(
    fixedResolver({ 'a:1': 'a', 'b:1': 'REGISTRY_UNAVAILABLE' }),
    (resolved, total) => steps.push(`${resolved}/${total}`),
  )
  const options = { signal: new AbortController().signal }
  const texts = ['a:1', 'b:1', 'docker.io/library/a:1']
  await Promise.allSettled(texts.map((text) => resolver.resolve(parseReference(text), options)))
  await resolver.resolve(parseReference('a:1'), { ...options, fresh: true })
  expect(steps).toEqual(['0/1', '0/2', '1/2', '2/2'])
})
