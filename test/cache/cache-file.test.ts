import { describe, expect, test } from 'vitest'
import { cachePath } from '../../src/cache/cache-file.ts'

describe('cachePath', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/pinpull/answers-1.json'],
    ['a relative XDG_CACHE_HOME', { XDG_CACHE_HOME: 'x', HOME: '/h' }, '/h/.cache/pinpull/answers-1.json'],
    ['an empty XDG_CACHE_HOME', { XDG_CACHE_HOME: '', HOME: '/h' }, '/h/.cache/pinpull/answers-1.json'],
    ['HOME', { HOME: '/h' }, '/h/.cache/pinpull/answers-1.json'],
    ['no home', {}, undefined],
    ['an empty home', { HOME: '' }, undefined],
    ['a relative home', { HOME: '.' }, undefined],
    ['a home that is not there', { HOME: '/nonexistent' }, undefined],
  ])('%s', (_, env, path) => {
    expect(cachePath(env, (home) => home === '/h')).toBe(path)
  })
})
