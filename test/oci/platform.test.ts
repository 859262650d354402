import { describe, expect, test } from 'vitest'
import { formatPlatform, parsePlatform, selectPlatform } from '../../src/oci/platform.ts'

describe('parsePlatform', () => {
  test.each([
    ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
    ['linux/arm64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['linux/arm/7', { os: 'linux', architecture: 'arm', variant: 'v7' }],
    ['Linux/X86_64', { os: 'linux', architecture: 'amd64' }],
    ['linux/aarch64', { os: 'linux', architecture: 'arm64' }],
    ['linux/armhf', { os: 'linux', architecture: 'arm', variant: 'v7' }],
    ['linux/armel', { os: 'linux', architecture: 'arm', variant: 'v6' }],
    ['linux/i386', { os: 'linux', architecture: '386' }],
    ['windows(10.0.20348)/amd64', { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' }],
    [' linux/s390x ', { os: 'linux', architecture: 's390x' }],
    ['linux', undefined],
    ['amd64/', undefined],
    ['linux/arm/v7/x', undefined],
    ['linux amd64', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parsePlatform(text)).toEqual(expected)
  })

  test.each(['linux/amd64', 'linux/arm/v7', 'windows(10.0.20348)/amd64'])('%s reads back', (text) => {
    expect(formatPlatform(parsePlatform(text)!)).toBe(text)
  })
})

describe('selectPlatform', () => {
  const entries = (...platforms: string[]) =>
    platforms.map((text) => ({ text, platform: parsePlatform(text)! }))

  test.each([
    ['the very one', ['linux/amd64', 'linux/arm64'], 'linux/arm64', 'linux/arm64'],
    ['another system', ['windows/amd64'], 'linux/amd64', undefined],
    ['another architecture', ['linux/amd64'], 'linux/arm64', undefined],
    ['arm64 is arm64/v8', ['linux/arm64/v8'], 'linux/arm64', 'linux/arm64/v8'],
    ['arm64/v8 is arm64', ['linux/arm64'], 'linux/arm64/v8', 'linux/arm64'],
    ['arm v7 runs v6', ['linux/arm/v5', 'linux/arm/v6'], 'linux/arm/v7', 'linux/arm/v6'],
    ['arm v6 does not run v7', ['linux/arm/v7'], 'linux/arm/v6', undefined],
    [
      'the most capable that runs',
      ['linux/arm/v5', 'linux/arm/v7', 'linux/arm/v6'],
      'linux/arm',
      'linux/arm/v7',
    ],
    ['amd64/v3 runs plain amd64', ['linux/amd64'], 'linux/amd64/v3', 'linux/amd64'],
    ['amd64/v3 prefers v2 to v1', ['linux/amd64', 'linux/amd64/v2'], 'linux/amd64/v3', 'linux/amd64/v2'],
    ['plain amd64 does not run v2', ['linux/amd64/v2'], 'linux/amd64', undefined],
    ['unknown variants have to be the same', ['linux/riscv64/rva22'], 'linux/riscv64', undefined],
    ['attestations never', ['unknown/unknown'], 'unknown/unknown', undefined],
    [
      'windows by release',
      ['windows(10.0.17763.1)/amd64', 'windows(10.0.20348.9)/amd64'],
      'windows(10.0.20348)/amd64',
      'windows(10.0.20348.9)/amd64',
    ],
    ['windows without a version in the index', ['windows/amd64'], 'windows(10.0.20348)/amd64', undefined],
    [
      'the first among equals',
      ['windows(10.0.1.1)/amd64', 'windows(10.0.2.2)/amd64'],
      'windows/amd64',
      'windows(10.0.1.1)/amd64',
    ],
  ])('%s', (_, offered, wanted, expected) => {
    expect(selectPlatform(entries(...offered), parsePlatform(wanted)!)?.text).toBe(expected)
  })

  test('an entry without a platform is passed over', () => {
    expect(selectPlatform([{}], { os: 'linux', architecture: 'amd64' })).toBeUndefined()
  })
})
