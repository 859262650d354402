import { describe, expect, test } from 'vitest'
import { parseReference } from '../../src/reference/parse.ts'
import { parsePattern } from '../../src/reference/pattern.ts'

const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

describe.each<[pattern: string, matching: readonly string[], other: readonly string[]]>([
  [
    'nginx',
    ['nginx', 'nginx:1', 'docker.io/library/nginx', 'index.docker.io/nginx'],
    ['bitnami/nginx', 'nginx-x'],
  ],
  [
    'bitnami/*',
    ['bitnami/redis:7', 'docker.io/bitnami/redis'],
    ['bitnami/a/b', 'ghcr.io/bitnami/redis', 'redis'],
  ],
  ['*', ['nginx'], ['bitnami/redis', 'ghcr.io/a/b']],
  ['**', ['nginx', 'bitnami/redis', 'ghcr.io/a/b:1', 'localhost:5000/x'], []],
  ['**/pause', ['registry.k8s.io/pause:3.10', 'a/b/pause', 'pause'], ['registry.k8s.io/pause2']],
  ['ghcr.io/**', ['ghcr.io/a', 'ghcr.io/a/b/c'], ['ghcr.io.evil.example/a', 'xghcr.io/a', 'ghcr-io/a']],
  ['ghcr.io/*/app', ['ghcr.io/a/app'], ['ghcr.io/a/b/app', 'ghcr.io/app']],
  ['*.gcr.io/a/b', ['eu.gcr.io/a/b'], ['gcr.io/a/b', 'eu.gcr.io/a/b/c']],
  ['localhost:5000/*', ['localhost:5000/x'], ['localhost:5001/x', 'localhost/x']],
  ['quay.io/a?c', ['quay.io/abc'], ['quay.io/ac', 'quay.io/a/c']],
  ['ghcr.io/a+b', [], ['ghcr.io/aab', 'ghcr.io/a']],
  ['nginx:1.*', ['nginx:1.27', 'nginx:1.27.3'], ['nginx:1', 'nginx:11', 'nginx', 'nginx:latest']],
  ['nginx:latest', ['nginx', 'nginx:latest', `nginx:latest@${digest}`], ['nginx:1', `nginx@${digest}`]],
  ['**:dev-*', ['a/b:dev-1', 'localhost:5000/x:dev-'], ['a/b:1', 'localhost:5000/dev-1']],
])('%s', (pattern, matching, other) => {
  const { text, matches } = parsePattern(pattern)
  test('keeps its text', () => expect(text).toBe(pattern))
  if (matching.length > 0)
    test.each(matching)('matches %s', (image) => expect(matches(parseReference(image))).toBe(true))
  if (other.length > 0)
    test.each(other)('leaves %s', (image) => expect(matches(parseReference(image))).toBe(false))
})
