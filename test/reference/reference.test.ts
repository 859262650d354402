import { describe, expect, test } from 'vitest'
import { parseDigest } from '../../src/reference/digest.ts'
import { isDockerHub } from '../../src/reference/docker-hub.ts'
import { parseReference } from '../../src/reference/parse.ts'
import {
  canonicalText,
  effectiveTag,
  familiarName,
  pinnedText,
  registryHost,
  repositoryName,
} from '../../src/reference/reference.ts'

const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

describe('names', () => {
  test.each<[text: string, repository: string, familiar: string, host: string]>([
    ['nginx', 'docker.io/library/nginx', 'nginx', 'registry-1.docker.io'],
    ['index.docker.io/nginx', 'docker.io/library/nginx', 'nginx', 'registry-1.docker.io'],
    ['docker.io/library/nginx', 'docker.io/library/nginx', 'nginx', 'registry-1.docker.io'],
    ['bitnami/redis:7', 'docker.io/bitnami/redis', 'bitnami/redis', 'registry-1.docker.io'],
    ['library/a/b', 'docker.io/library/a/b', 'library/a/b', 'registry-1.docker.io'],
    ['ghcr.io/library/x', 'ghcr.io/library/x', 'ghcr.io/library/x', 'ghcr.io'],
    ['localhost:5000/x', 'localhost:5000/x', 'localhost:5000/x', 'localhost:5000'],
    ['notdocker.io/x', 'notdocker.io/x', 'notdocker.io/x', 'notdocker.io'],
  ])('%s', (text, repository, familiar, host) => {
    const reference = parseReference(text)
    expect([repositoryName(reference), familiarName(reference), registryHost(reference)]).toEqual([
      repository,
      familiar,
      host,
    ])
  })

  test.each([
    ['docker.io', true],
    ['index.docker.io', true],
    ['registry-1.docker.io', true],
    ['notdocker.io', false],
    ['evil.docker.io', false],
    ['docker.io.evil.example', false],
    ['', false],
  ])('%j is Docker Hub: %s', (host, expected) => {
    expect(isDockerHub(host)).toBe(expected)
  })
})

describe('what a registry is asked for', () => {
  test.each<[text: string, canonical: string, tag: string | undefined]>([
    ['nginx', 'docker.io/library/nginx:latest', 'latest'],
    ['nginx:latest', 'docker.io/library/nginx:latest', 'latest'],
    ['docker.io/nginx:latest', 'docker.io/library/nginx:latest', 'latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', '1.27'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`, undefined],
    [`nginx:1.27@${digest}`, `docker.io/library/nginx@${digest}`, '1.27'],
    ['localhost:5000/x', 'localhost:5000/x:latest', 'latest'],
  ])('%s', (text, canonical, tag) => {
    const reference = parseReference(text)
    expect([canonicalText(reference), effectiveTag(reference)]).toEqual([canonical, tag])
  })
})

const old = `sha256:${'0'.repeat(64)}`
test.each<[text: string, tagDigest: string, digestOnly: string]>([
  ['nginx', `nginx@${digest}`, `nginx@${digest}`],
  ['nginx:1.27', `nginx:1.27@${digest}`, `nginx@${digest}`],
  ['nginx:latest', `nginx:latest@${digest}`, `nginx@${digest}`],
  ['docker.io/nginx:1', `docker.io/nginx:1@${digest}`, `docker.io/nginx@${digest}`],
  [
    'index.docker.io/library/nginx',
    `index.docker.io/library/nginx@${digest}`,
    `index.docker.io/library/nginx@${digest}`,
  ],
  ['test:5000/repo', `test:5000/repo@${digest}`, `test:5000/repo@${digest}`],
  ['test:5000/repo:tag', `test:5000/repo:tag@${digest}`, `test:5000/repo@${digest}`],
  ['test.com:5000', `test.com:5000@${digest}`, `test.com@${digest}`],
  ['[::1]:5000/a', `[::1]:5000/a@${digest}`, `[::1]:5000/a@${digest}`],
  [`nginx@${old}`, `nginx@${digest}`, `nginx@${digest}`],
  [`nginx:1.27@${old}`, `nginx:1.27@${digest}`, `nginx@${digest}`],
])('%s', (text, tagDigest, digestOnly) => {
  const reference = parseReference(text)
  const pinned = [
    pinnedText(reference, parseDigest(digest), 'tag-digest'),
    pinnedText(reference, parseDigest(digest), 'digest'),
  ]
  expect(pinned).toEqual([tagDigest, digestOnly])
  expect(pinned.map((one) => parseReference(one).digest)).toEqual([digest, digest])
})
