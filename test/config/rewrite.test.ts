import { describe, expect, test } from 'vitest'
import { originalName, rewriteName } from '../../src/config/rewrite.ts'
import { isReference } from '../../src/reference/parse.ts'

const rewrites = [
  { from: 'docker.io', to: 'registry.example.com/hub' },
  { from: 'docker.io/library', to: 'registry.example.com/official' },
  { from: 'ghcr.io/acme', to: 'registry.example.com/acme' },
]

describe('names that are written in place of others', () => {
  test.each<[name: string, written: string | undefined]>([
    ['docker.io/bitnami/redis', 'registry.example.com/hub/bitnami/redis'],
    ['docker.io/library/nginx', 'registry.example.com/official/nginx'],
    ['ghcr.io/acme/web', 'registry.example.com/acme/web'],
    ['ghcr.io/acme', 'registry.example.com/acme'],
    ['ghcr.io/acmex/web', undefined],
    ['ghcr.io/other/web', undefined],
    ['registry.example.com/hub/bitnami/redis', undefined],
  ])('%s', (name, written) => {
    expect(rewriteName(name, rewrites)).toBe(written)
    if (written === undefined) return
    expect(originalName(written, rewrites)).toBe(name)
    expect(rewriteName(written, rewrites)).toBe(undefined)
  })

  test('a name that no rewrite made has no original', () => {
    expect(originalName('docker.io/library/nginx', rewrites)).toBe(undefined)
    expect(originalName('registry.example.com/hubx/a', rewrites)).toBe(undefined)
  })

  test('the star takes every other registry, whole name and all', () => {
    const all = [...rewrites, { from: '*', to: 'mirror.example.com' }]
    expect(rewriteName('quay.io/a/b', all)).toBe('mirror.example.com/quay.io/a/b')
    expect(rewriteName('docker.io/library/nginx', all)).toBe('registry.example.com/official/nginx')
    expect(originalName('mirror.example.com/quay.io/a/b', all)).toBe('quay.io/a/b')
    expect(rewriteName('mirror.example.com/quay.io/a/b', all)).toBe(undefined)
    expect(rewriteName('registry.example.com/own', all)).toBe('mirror.example.com/registry.example.com/own')
    const withPort = 'mirror.example.com/registry.local_5000/a/b'
    expect(rewriteName('registry.local:5000/a/b', all)).toBe(withPort)
    expect(isReference(`${withPort}:1`)).toBe(true)
    expect(originalName(withPort, all)).toBe('registry.local:5000/a/b')
    const below = [{ from: '*', to: 'registry.example.com/all' }]
    expect(rewriteName('registry.example.com/own', below)).toBe(undefined)
    expect(rewriteName('quay.io/a/b', below)).toBe('registry.example.com/all/quay.io/a/b')
  })
})
