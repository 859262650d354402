import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../../bin/pinpull.js', import.meta.url))
const PRELOADED = fileURLToPath(new URL('../support/loaded-modules.cjs', import.meta.url))
const MANIFEST = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: nginx:1.27\n'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What Node has loaded by the end of a run of the bundle: built-in modules, and files by name. */
function loadedBy(script: string, args: readonly string[]): { builtin: string[]; files: string[] } {
  const file = join(folder, 'loaded.json')
  const run = spawnSync(process.execPath, ['--require', PRELOADED, script, ...args], {
    input: MANIFEST,
    env: { PATH: process.env['PATH'] ?? '', LOADED_MODULES: file },
    encoding: 'utf8',
  })
  expect(run.status, run.stderr).toBe(0)
  const { builtin, files } = JSON.parse(readFileSync(file, 'utf8'))
  return { builtin, files: files.map((path: string) => basename(path)) }
}

describe('what a start loads', () => {
  test('the filter loads its own code in one file, and nothing of the network', () => {
    const bare = loadedBy('/dev/null', [])
    const { builtin, files } = loadedBy(PROGRAM, ['--profile', 'dev'])
    expect(builtin.filter((name) => !bare.builtin.includes(name))).toEqual([])
    expect(files.toSorted()).toEqual([
      'filter.cjs',
      'loaded-modules.cjs',
      'pinpull.js',
      'rolldown-runtime.cjs',
    ])
  })

  test('help loads commander, and not the network', () => {
    const { builtin, files } = loadedBy(PROGRAM, ['--help'])
    expect(files).toContain('program.cjs')
    expect(builtin).not.toContain('http')
    expect(builtin).not.toContain('tls')
  })
})
