import { expect, test } from 'vitest'
import type { Digest } from '../../src/reference/reference.ts'
import { readSimpleSigningPayload } from '../../src/verify/objects/simple-signing.ts'

const DIGEST = `sha256:${'a'.repeat(64)}` as Digest
const CRITICAL = {
  identity: { 'docker-reference': 'registry.example.com/web' },
  image: { 'docker-manifest-digest': DIGEST },
  type: 'cosign container image signature',
}

function read(payload: unknown): string {
  try {
    const { dockerReference } = readSimpleSigningPayload(Buffer.from(JSON.stringify(payload)), {
      digest: DIGEST,
    })
    return `of ${dockerReference}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

// cosign's verdicts on the same payloads are in test/contract/verify.
test.each([
  [{ critical: CRITICAL, optional: null }, 'of registry.example.com/web'],
  [{ critical: CRITICAL }, 'of registry.example.com/web'],
  [{ critical: CRITICAL, optional: { creator: 'x' } }, 'of registry.example.com/web'],
  [{ critical: { ...CRITICAL, identity: null } }, 'of undefined'],
  [
    { critical: CRITICAL, optional: 'x' },
    'its payload is not a simple signing payload: its optional is no mapping',
  ],
  [
    { critical: { ...CRITICAL, identity: 'x' } },
    'its payload is not a simple signing payload: its identity is no mapping',
  ],
  [
    { critical: { ...CRITICAL, identity: { 'docker-reference': 1 } } },
    'its payload is not a simple signing payload: its docker-reference is no text',
  ],
])('%j', (payload, expected) => {
  expect(read(payload)).toBe(expected)
})
