import { describe, expect, test } from 'vitest'
import { originalName, rewriteName, rewriteObstacle } from '../../src/config/rewrite.ts'
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

describe('images at the host that names are rewritten to', () => {
  const star = [{ from: '*', to: 'registry.example.com' }]
  const hub = [{ from: 'docker.io', to: 'registry.example.com/hub' }]
  const own = [{ from: 'docker.io', to: 'r.example.com' }, ...star]

  test.each<[name: string, rewrites: typeof star, original: string | undefined]>([
    ['registry.example.com/team/app', star, undefined],
    ['registry.example.com/app', star, undefined],
    ['registry.example.com/quay.io/app', star, 'quay.io/app'],
    ['registry.example.com/docker.io/app', star, undefined],
    ['registry.example.com/docker.io/library/app', star, 'docker.io/library/app'],
    ['registry.example.com/localhost/app', star, 'localhost/app'],
    ['registry.example.com/box_5000/app', star, 'box:5000/app'],
    ['registry.example.com/my_team/app', star, undefined],
    ['registry.example.com/registry.example.com/app', star, undefined],
    ['registry.example.com/hub/own/app', hub, 'docker.io/own/app'],
    ['registry.example.com/hub/app', hub, undefined],
    ['registry.example.com/hub', hub, undefined],
    ['registry.example.com/hubble/app', hub, undefined],
    ['r.example.com/a/b', own, 'docker.io/a/b'],
    ['r.example.com/app', own, undefined],
  ])('%s with %j was made from %s', (name, rewrites, original) => {
    expect(originalName(name, rewrites)).toBe(original)
  })

  test.each<[name: string, rewrites: typeof star, reason: string]>([
    ['Upper.io/a', star, 'registry.example.com/Upper.io/a would be no repository’s name'],
    ['[::1]:5000/a', star, 'registry.example.com/[::1]:5000/a would be no repository’s name'],
    [
      `quay.io/${'a'.repeat(250)}`,
      star,
      `registry.example.com/quay.io/${'a'.repeat(250)} would be no repository’s name`,
    ],
    [
      'ghcr.io/other/quay.io/a',
      [
        { from: 'ghcr.io', to: 'r.example.com' },
        { from: '*', to: 'r.example.com/other' },
      ],
      'r.example.com/other/quay.io/a is what is written for quay.io/a',
    ],
    [
      'docker.io/library/a/b',
      [...hub, { from: 'docker.io/library', to: 'registry.example.com/hub' }],
      'registry.example.com/hub/a/b is what is written for docker.io/a/b',
    ],
  ])('%s keeps its name with %j', (name, rewrites, reason) => {
    expect(rewriteName(name, rewrites)).toBe(undefined)
    expect(rewriteObstacle(name, rewrites)).toBe(reason.replace('’', "'"))
  })

  test('a chain of rewrites is no loop', () => {
    const chain = [
      { from: 'a.io', to: 'b.io' },
      { from: 'b.io', to: 'a.io' },
      { from: 'c.io/x', to: 'c.io' },
    ]
    expect(['a.io/1', 'b.io/1', 'c.io/x/1'].map((name) => rewriteName(name, chain))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
