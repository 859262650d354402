import { expect, test } from 'vitest'
import type { Verification, VerifyRequest } from '../../src/plan/verifier.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { withProgress, withVerifierProgress } from '../../src/resolve/progress.ts'
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

test('counts each digest of a repository when it is to be verified, and when that is done or fails', async () => {
  const steps: string[] = []
  const verifier = withVerifierProgress(
    {
      verify: async ({ digest }) => {
        if (digest === 'sha256:b') throw new Error('not signed')
        return {} as Verification
      },
    },
    (verified, total) => steps.push(`${verified}/${total}`),
  )
  const { signal } = new AbortController()
  const requests = ['a:1 sha256:a', 'a:2 sha256:a', 'a:3 sha256:b'].map((text) => {
    const [image = '', digest] = text.split(' ')
    return { reference: parseReference(image), digest: digest as Digest, rule: {}, signal } as VerifyRequest
  })
  await Promise.allSettled(requests.map((request) => verifier.verify(request)))
  expect(steps).toEqual(['0/1', '0/2', '1/2', '2/2'])
})
