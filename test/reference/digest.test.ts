import { describe, expect, test } from 'vitest'
import { digestAlgorithm, parseDigest } from '../../src/reference/digest.ts'

const sha256 = 'sha256:8e30aa0a3b0b97e0ad5cd71a6f3a8d9ac3f7fd11c16b0cd4db3d0c5f5f3a2b1c'

describe('digests', () => {
  test('the algorithm is what stands before the colon', () => {
    expect(digestAlgorithm(sha256)).toBe('sha256')
  })

  test.each([
    ['sha256', 'the digest is not of the form algorithm:hex'],
    ['', 'there is no digest after "@"'],
    [`sha256:${'a'.repeat(63)}`, 'a sha256 digest has 64 hex digits, and this one has 63'],
    [`sha512:${'a'.repeat(64)}`, 'a sha512 digest has 128 hex digits, and this one has 64'],
    [`sha256:${'A'.repeat(64)}`, 'the hex digits of a digest are lower case'],
    [` ${sha256}`, 'the digest is not of the form algorithm:hex'],
  ])('%j is no digest', (text, reason) => {
    expect(() => parseDigest(text)).toThrowError(
      expect.objectContaining({ code: 'REFERENCE_INVALID', args: { image: text, reason } }),
    )
  })
})
