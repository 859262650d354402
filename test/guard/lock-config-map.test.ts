import { describe, expect, test } from 'vitest'
import { encodeKey, lockData } from '../../src/guard/lock-config-map.ts'
import { createLock, type LockEntry } from '../../src/lock/lock.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Digest } from '../../src/reference/reference.ts'

const [A, B] = ['a', 'b'].map((sign) => `sha256:${sign.repeat(64)}` as Digest) as [Digest, Digest]
const ARM = parsePlatform('linux/arm64')!
const BOTH = { tags: true, digests: true }

const entry = (reference: string, digest: Digest, more: Partial<LockEntry> = {}): LockEntry => ({
  reference,
  digest,
  mediaType: 'application/json',
  ...more,
})

describe('the keys of a ConfigMap', () => {
  /** The first `._.` ends the host, and the first `.-.` behind it the path; what follows is the tag. */
  function decode(key: string): string {
    const slash = key.indexOf('._.')
    const colon = key.indexOf('.-.', slash)
    const host = key.slice(0, slash).replace('.-.', ':')
    const path = key.slice(slash, colon < 0 ? undefined : colon).replaceAll('._.', '/')
    return `${host}${path}${colon < 0 ? '' : `:${key.slice(colon + 3)}`}`
  }

  test.each([
    'docker.io/library/nginx',
    'docker.io/library/nginx:1.27',
    'localhost:5000/app:v1',
    'a-b.example.com:443/a_b/c__d/e-f/g--h.i:1',
    'example.com/a:1._.2',
    'example.com/a:1.-.2',
    'example.com/a:_.-',
    'example.com/a/b:c',
  ])('%s can be read back', (name) => {
    const key = encodeKey(name)
    expect([/^[-._a-zA-Z0-9]+$/.test(key), decode(key)]).toEqual([true, name])
  })
})

describe('the data of a lock', () => {
  test('has the digest of each tag, and all digests of each repository', () => {
    const lock = createLock([
      entry('docker.io/library/nginx:1.27', A),
      entry('docker.io/library/nginx:1.28', B),
      entry('docker.io/library/nginx:latest', A),
      entry(`ghcr.io/acme/app@${B}`, B),
    ])
    expect(lockData(lock, undefined, BOTH)).toEqual({
      kind: 'data',
      data: {
        'docker.io._.library._.nginx': `${A} ${B}`,
        'docker.io._.library._.nginx.-.1.27': A,
        'docker.io._.library._.nginx.-.1.28': B,
        'docker.io._.library._.nginx.-.latest': A,
        'ghcr.io._.acme._.app': B,
      },
    })
  })

  test('has only what is looked up', () => {
    const lock = createLock([entry('docker.io/library/nginx:1.27', A), entry(`ghcr.io/acme/app@${B}`, B)])
    expect(lockData(lock, undefined, { tags: true, digests: false })).toEqual({
      kind: 'data',
      data: { 'docker.io._.library._.nginx.-.1.27': A },
    })
    expect(lockData(lock, undefined, { tags: false, digests: true })).toEqual({
      kind: 'data',
      data: { 'docker.io._.library._.nginx': A, 'ghcr.io._.acme._.app': B },
    })
  })

  test('of another platform than the profile has no tags', () => {
    const lock = createLock([
      entry('docker.io/library/nginx:1', A),
      entry('docker.io/library/nginx:1', B, { platform: ARM }),
    ])
    const tagOf = (data: ReturnType<typeof lockData>) =>
      data.kind === 'data' ? data.data['docker.io._.library._.nginx.-.1'] : undefined
    expect([tagOf(lockData(lock, undefined, BOTH)), tagOf(lockData(lock, ARM, BOTH))]).toEqual([A, B])
  })
})
