import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { findExecutable, findOnPath, withAbsolutePath } from '../../src/files/executable.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-path-'))
  const before = process.cwd()
  process.chdir(folder)
  return () => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  }
})

function program(name: string, mode = 0o755): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

describe('a program is found in absolute entries of PATH alone', () => {
  test.each([
    ['an empty entry at the end', '/usr/bin:'],
    ['an empty entry at the beginning', ':/usr/bin'],
    ['an empty entry within', '/usr/bin::/bin'],
    ['nothing but an empty entry', ':'],
    ['no entry', ''],
    ['the working directory by name', '.:/usr/bin'],
    ['a relative entry', 'bin:node_modules/.bin:./bin'],
    ['a way through the parent', `../${'x'.repeat(3)}/..`],
    ['a home that nothing expands', '~/bin'],
  ])('%s', (_, path) => {
    program('helper-zzz')
    program('bin/helper-zzz')
    program('node_modules/.bin/helper-zzz')
    expect(findOnPath('helper-zzz', { PATH: path }, 'linux')).toBeUndefined()
  })

  test('the first that may be run', () => {
    program('one/helper', 0o644)
    mkdirSync(join(folder, 'two/helper'), { recursive: true })
    const third = program('three/helper')
    program('four/helper')
    const path = ['one', 'two', 'three', 'four'].map((name) => join(folder, name)).join(':')
    expect(findOnPath('helper', { PATH: `.:${path}` }, 'linux')).toBe(third)
  })

  test('no PATH at all', () => {
    expect(findOnPath('sh', {}, 'linux')).toBeUndefined()
  })

  test('on Windows with a suffix, and with Path in any case', () => {
    const path = program('tool.exe')
    expect(findExecutable(join(folder, 'tool'), 'win32')).toBe(path)
    expect(findExecutable(join(folder, 'tool'), 'linux')).toBeUndefined()
    expect(withAbsolutePath({ Path: 'C:\\a;;.;\\b;C:c;\\\\host\\share' }, 'win32')).toEqual({
      PATH: 'C:\\a;\\\\host\\share',
    })
  })
})

test.each([
  ['relative entries are left out', { PATH: '.:/a::b:/c', X: '1' }, { PATH: '/a:/c', X: '1' }],
  ['nothing is left: an empty PATH would mean the working directory', { PATH: ':.' }, {}],
  ['there is none', { X: '1' }, { X: '1' }],
])('what a program gets as PATH: %s', (_, env, expected) => {
  expect(withAbsolutePath(env, 'linux')).toEqual(expected)
})
