import { describe, expect, test } from 'vitest'
import { parseAllowedRegistry } from '../../src/config/allowed-registry.ts'
import { parseReference } from '../../src/reference/parse.ts'

describe.each<[entry: string, allowed: readonly string[], other: readonly string[]]>([
  ['docker.io', ['nginx', 'bitnami/redis:7', 'docker.io/a/b'], ['ghcr.io/a/b', 'docker.io.evil.example/a']],
  ['ghcr.io', ['ghcr.io/a', 'ghcr.io/a/b/c@sha256:'.concat('0'.repeat(64))], ['ghcr.io:5000/a', 'nginx']],
  ['localhost:5000', ['localhost:5000/a'], ['localhost/a', 'localhost:5001/a']],
  ['localhost', ['localhost/a'], ['localhost:5000/a']],
  ['ghcr.io/acme', ['ghcr.io/acme/web', 'ghcr.io/acme/a/b'], ['ghcr.io/acmex/web', 'ghcr.io/other/acme']],
  ['ghcr.io/acme/', ['ghcr.io/acme/web'], ['ghcr.io/acmex/web']],
  ['bitnami/redis', ['bitnami/redis:7'], ['bitnami/redis-exporter', 'ghcr.io/bitnami/redis']],
  ['docker.io/library', ['nginx', 'docker.io/library/redis:7'], ['bitnami/redis', 'library.example/a']],
  ['docker.io/acme', ['acme/web', 'docker.io/acme/a/b'], ['acme', 'acmex/web', 'library/acme']],
  ['index.docker.io/acme/', ['acme/web'], ['acme', 'other/acme']],
  ['docker.io/library/nginx', ['nginx:1.27'], ['nginx/nginx-ingress', 'redis']],
  ['*.example.com/**', ['eu.example.com/a/b'], ['example.com/a', 'nginx']],
])('%s', (entry, allowed, other) => {
  const registry = parseAllowedRegistry(entry)
  test.each(allowed)('allows %s', (image) => {
    expect(registry?.allows(parseReference(image))).toBe(true)
  })
  test.each(other)('does not allow %s', (image) => {
    expect(registry?.allows(parseReference(image))).toBe(false)
  })
})

test('a single word is a host to some and an organisation to others', () => {
  expect(parseAllowedRegistry('bitnami')).toBe(undefined)
})
