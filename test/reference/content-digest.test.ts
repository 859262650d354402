import { describe, expect, test } from 'vitest'
import { canVerify, computeDigest, verifyDigest } from '../../src/reference/content-digest.ts'
import { parseDigest } from '../../src/reference/digest.ts'

const bytes = new TextEncoder().encode('pinpull')
const sha256 = 'sha256:8e30aa0a3b0b97e0ad5cd71a6f3a8d9ac3f7fd11c16b0cd4db3d0c5f5f3a2b1c'

describe('digests of content', () => {
  test.each([
    ['sha256', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      'sha384',
      'sha384:38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
    ],
    [
      'sha512',
      'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
    ],
  ] as const)('%s of nothing is the published value', (algorithm, expected) => {
    expect(computeDigest(algorithm, new Uint8Array())).toBe(expected)
  })

  test('content is verified against its own digest only', () => {
    expect(verifyDigest(computeDigest('sha256', bytes), bytes)).toBe(true)
    expect(verifyDigest(computeDigest('sha512', bytes), bytes)).toBe(true)
    expect(verifyDigest(parseDigest(sha256), bytes)).toBe(false)
    expect(verifyDigest(computeDigest('sha256', bytes), bytes.slice(1))).toBe(false)
  })

  test('a digest that cannot be computed here verifies nothing, and says so', () => {
    const blake3 = parseDigest(`blake3:${'0'.repeat(64)}`)
    expect(verifyDigest(blake3, bytes)).toBe(false)
    expect(canVerify(blake3)).toBe(false)
    expect(canVerify(parseDigest(sha256))).toBe(true)
  })
})
