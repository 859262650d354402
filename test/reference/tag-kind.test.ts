import { describe, expect, test } from 'vitest'
import { parseReference } from '../../src/reference/parse.ts'
import { isMutable, type TagKind, tagKindOf } from '../../src/reference/tag-kind.ts'

const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

const kinds: Readonly<Record<TagKind, readonly string[]>> = {
  digest: [`x@${digest}`, `x:latest@${digest}`, `x:1.27@${digest}`],
  untagged: ['x', 'localhost:5000/x', 'ghcr.io/acme/app'],
  latest: ['x:latest', 'localhost:5000/x:latest'],
  fixed: [
    'x:1.27.3',
    'x:v1.27.3',
    'x:v0.10.6-alpine',
    'x:1.2.3.4',
    'x:3.12.1-slim-bookworm',
    'x:1.0.0-rc.1',
    'x:release-1.27.3',
    'x:jdk-17.0.2',
    'x:17.0.2_8-jre',
    // Commits
    'x:1a2b3c4',
    'x:3fa9c0de5b7d8e9f0a1b2c3d4e5f60718293a4b5',
    'x:sha-1a2b3c4',
    'x:main-1a2b3c4d',
    'x:v1.2.3-5-g1a2b3c4',
    'x:1.27-1a2b3c4',
    // Dates and build numbers
    'x:20240115',
    'x:bookworm-20240115-slim',
    'x:2024-01-15',
    'x:RELEASE.2024-01-15T20-04-23Z',
    'x:build.123456789',
    'x:1.4.0-nightly.20240115',
  ],
  floating: [
    'x:1',
    'x:v1',
    'x:1.27',
    'x:v1.27',
    'x:1.27-alpine',
    'x:1.27-alpine3.19.1',
    'x:8u292-jdk',
    'x:stable',
    'x:main',
    'x:alpine',
    'x:alpine3.19.1',
    'x:edge',
    'x:Latest',
    'x:latest-alpine',
    'x:release-1.27',
    'x:ltsc2022',
    'x:defaced',
    'x:1a2b3c',
    'x:2024-01',
    'x:1234567890abcdefg',
    'x:1.4.0-SNAPSHOT',
    'x:2.0.0-nightly',
    'x:v1.2.3-dev',
  ],
}

describe.each(Object.entries(kinds))('%s', (kind, texts) => {
  test.each(texts)('%s', (text) => {
    expect(tagKindOf(parseReference(text))).toBe(kind)
  })
})

test('untagged, latest and floating are mutable', () => {
  expect(Object.keys(kinds).filter((kind) => isMutable(kind as TagKind))).toEqual([
    'untagged',
    'latest',
    'floating',
  ])
})
