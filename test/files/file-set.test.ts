import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { replaceFiles } from '../../src/files/file-set.ts'
import { realFiles } from '../../src/files/file-system.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const NAMES = ['a.yaml', 'b.yaml', 'c.yaml']

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  for (const name of NAMES) writeFileSync(join(folder, name), `old ${name}`)
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const replacements = () =>
  NAMES.map((name) => ({
    path: join(folder, name),
    before: bytes(`old ${name}`),
    after: bytes(`new ${name}`),
  }))
const contents = (): string[] => NAMES.map((name) => readFileSync(join(folder, name), 'utf8'))
const all = (state: 'old' | 'new'): string[] => NAMES.map((name) => `${state} ${name}`)

describe('replaceFiles', () => {
  test('replaces all files, and each keeps its mode', () => {
    chmodSync(join(folder, 'b.yaml'), 0o640)
    expect(replaceFiles(replacements())).toEqual({ kind: 'replaced' })
    expect(contents()).toEqual(all('new'))
    expect(statSync(join(folder, 'b.yaml')).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(NAMES)
  })

  test.each<[name: string, prepare: (path: string) => void, reason: string]>([
    [
      'changed since it was read',
      (path) => writeFileSync(path, 'edited'),
      'it was changed by another program in the meantime; run the command again',
    ],
    ['read-only', (path) => chmodSync(path, 0o444), 'it is read-only'],
  ])('replaces none if one was %s', (_, prepare, reason) => {
    const path = join(folder, 'c.yaml')
    prepare(path)
    const before = contents()
    expect(replaceFiles(replacements())).toEqual({ kind: 'refused', path, reason })
    expect(contents()).toEqual(before)
    expect(readdirSync(folder)).toEqual(NAMES)
  })

  test('replaces none if one has become a link', () => {
    const path = join(folder, 'b.yaml')
    writeFileSync(join(folder, 'elsewhere'), 'old b.yaml')
    const link = join(folder, 'link.yaml')
    symlinkSync('elsewhere', link)
    const linked = [
      ...replacements().filter((one) => one.path !== path),
      { path: link, before: bytes('old b.yaml'), after: bytes('new') },
    ]
    expect(replaceFiles(linked)).toEqual({ kind: 'refused', path: link, reason: 'it is not a regular file' })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(contents()).toEqual(all('old'))
  })

  test('replaces none if one belongs to another user, since the new file would belong to this one', () => {
    const files = { ...realFiles, userId: 4242 }
    const result = replaceFiles(replacements(), files)
    expect(result).toMatchObject({ kind: 'refused', reason: 'it belongs to another user' })
    expect(contents()).toEqual(all('old'))
  })

  test('gives the first file its old content back if the second cannot be replaced', () => {
    let renames = 0
    const renameSync: typeof realFiles.renameSync = (from, to) => {
      renames += 1
      if (renames === 2) throw Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' })
      realFiles.renameSync(from, to)
    }
    const result = replaceFiles(replacements(), { ...realFiles, renameSync })
    expect(result).toEqual({ kind: 'refused', path: join(folder, 'b.yaml'), reason: 'i/o error (EIO)' })
    expect(contents()).toEqual(all('old'))
    expect(readdirSync(folder)).toEqual(NAMES)
  })

  test('leaves each file old or new wherever it is stopped, and a second run finishes', () => {
    // After its last step, the process does nothing more, not even clean up.
    const stopAfter = (steps: number) => {
      let left = steps
      const guard =
        <Args extends unknown[], Result>(call: (...args: Args) => Result) =>
        (...args: Args): Result => {
          left -= 1
          if (left < 0) throw new Error('stopped')
          return call(...args)
        }
      const { userId, ...calls } = realFiles
      const guarded = Object.entries(calls).map(([name, call]) => [
        name,
        guard(call as (...args: unknown[]) => unknown),
      ])
      return { files: { ...Object.fromEntries(guarded), userId }, isStopped: () => left < 0 }
    }
    let stops = 0
    for (let steps = 0; ; steps += 1) {
      for (const name of NAMES) writeFileSync(join(folder, name), `old ${name}`)
      const { files, isStopped } = stopAfter(steps)
      try {
        replaceFiles(replacements(), files)
      } catch {
        // Stopped.
      }
      if (!isStopped()) break
      stops += 1
      const now = contents()
      for (const [index, text] of now.entries())
        expect(all('old')[index] === text || all('new')[index] === text).toBe(true)
      // What is left beside them is no manifest to anyone.
      expect(readdirSync(folder).filter((name) => /\.(?:ya?ml|json)$/.test(name))).toEqual(NAMES)
      const rest = replacements().filter((_, index) => now[index]?.startsWith('old'))
      expect(replaceFiles(rest)).toEqual({ kind: 'replaced' })
      expect(contents()).toEqual(all('new'))
    }
    expect(stops).toBeGreaterThan(30)
    expect(existsSync(join(folder, 'a.yaml'))).toBe(true)
  })
})
