import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { arch, execPath, platform, versions } = process
const BUNDLE = 'dist/bundle'
const CACHE = `${BUNDLE}/${versions.v8}-${platform}-${arch}/filter.cjs.cache`
const FILTER = `${BUNDLE}/filter.cjs`

/** Runs a program of the copied package on an empty stream. */
function node(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(execPath, args, { cwd: folder, input: '', encoding: 'utf8' })
}

const SAID = 'pinpull: prod: 0 images: 0 pinned, 0 unchanged; pull policy set on 0\n'

/** Whether V8 took what was made for the filter. */
const TAKEN = `
const { load, loaded } = require('./bin/load.js')
load('filter.cjs')
console.log(loaded.get('filter.cjs').script.cachedDataRejected)`

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  for (const path of ['bin', BUNDLE, 'scripts/code-cache.mjs']) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  // The package was built by one Node, and the test may be run by another.
  expect(node('scripts/code-cache.mjs').stderr).toBe('')
})

describe('the code cache of the bundle', () => {
  test('is taken by the Node that it was made with', () => {
    expect(node('--eval', TAKEN).stdout).toBe('false\n')
    expect(node('bin/pinpull.js').stderr).toBe(SAID)
  })

  test('is refused under flags that it was not made with, and the program runs all the same', () => {
    expect(node('--no-opt', '--no-lazy', '--eval', TAKEN).stdout).toBe('true\n')
    expect(node('--no-opt', '--no-lazy', 'bin/pinpull.js').stderr).toBe(SAID)
  })

  test('is not taken for a source that was changed, though its length be the same', () => {
    const changed = readFileSync(join(folder, FILTER), 'utf8').replace(
      'pull policy set on',
      'pull policy put on',
    )
    writeFileSync(join(folder, FILTER), changed)
    expect(node('--eval', TAKEN).stdout).toBe('undefined\n')
    expect(node('bin/pinpull.js').stderr).toBe(SAID.replace('set', 'put'))
  })

  test.each<[string, (path: string) => void]>([
    ['cut off', (path) => truncateSync(path, readFileSync(path).length - 1)],
    ['empty', (path) => truncateSync(path, 0)],
    ['continued', (path) => appendFileSync(path, 'x')],
    [
      'made what cannot be read',
      (path) => {
        rmSync(path)
        mkdirSync(path)
      },
    ],
  ])('is not taken where it was %s', (_, spoil) => {
    spoil(join(folder, CACHE))
    expect(node('--eval', TAKEN).stdout).toBe('undefined\n')
    expect(node('bin/pinpull.js').stderr).toBe(SAID)
  })
})
