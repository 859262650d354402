import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { liesWithin } from '../../src/files/containment.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-containment-'))
  mkdirSync(join(folder, 'home/sub'), { recursive: true })
  mkdirSync(join(folder, 'homes'))
  writeFileSync(join(folder, 'home/file'), '')
  symlinkSync('home', join(folder, 'link-to-home'))
  symlinkSync('../homes', join(folder, 'home/out'))
  symlinkSync('sub', join(folder, 'home/in'))
  symlinkSync('nothing', join(folder, 'home/dangling'))
  symlinkSync('../homes/nothing', join(folder, 'home/dangling-out'))
  symlinkSync('loop', join(folder, 'home/loop'))
  return () => rmSync(folder, { recursive: true })
})

test.each<[path: string, home: string, expected: boolean]>([
  ['home', 'home', true],
  ['home/file', 'home', true],
  ['home/new', 'home', true],
  ['home/new/deeper/file', 'home', true],
  ['home/in/file', 'home', true],
  ['home/sub/../file', 'home', true],
  ['link-to-home/file', 'home', true],
  ['home/file', 'link-to-home', true],
  ['homes/file', 'home', false],
  ['home/../file', 'home', false],
  ['home/out', 'home', false],
  ['home/out/file', 'home', false],
  ['home/out/new/file', 'home', false],
  ['home/dangling', 'home', true],
  ['home/dangling/file', 'home', true],
  ['home/dangling-out', 'home', false],
  ['home/dangling-out/file', 'home', false],
  ['home/loop', 'home', false],
  ['home/file/below-a-file', 'home', false],
  ['home/file', 'missing', false],
])('%s in %s: %s', (path, home, expected) => {
  expect(liesWithin(join(folder, path), join(folder, home))).toBe(expected)
})
