import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import type { Digest } from '../../src/reference/reference.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/pinpull.js', import.meta.url))
const PRELOADED = fileURLToPath(new URL('../support/loaded-modules.cjs', import.meta.url))
const FILTER = fileURLToPath(new URL('../../dist/bundle/filter.cjs', import.meta.url))
const MANIFEST = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: nginx:1.27\n'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What Node has loaded by the end of a run of the bundle: built-in modules, and files by name. */
function loadedBy(
  script: string,
  args: readonly string[],
  input: string = MANIFEST,
): { builtin: string[]; files: string[] } {
  const file = join(folder, 'loaded.json')
  const run = spawnSync(process.execPath, ['--require', PRELOADED, script, ...args], {
    input,
    env: { PATH: process.env['PATH'] ?? '', LOADED_MODULES: file },
    encoding: 'utf8',
  })
  expect(run.status, run.stderr).toBe(0)
  const { builtin, files } = JSON.parse(readFileSync(file, 'utf8'))
  const ours = files
    .map((path: string) => basename(path))
    .filter((name: string) => name !== basename(PRELOADED))
  return { builtin, files: ours.toSorted() }
}

describe('what a start loads', () => {
  test('the filter loads its own code in one file, and nothing of the network', () => {
    const bare = loadedBy('/dev/null', [])
    const { builtin, files } = loadedBy(PROGRAM, ['--profile', 'dev'])
    expect(builtin.filter((name) => !bare.builtin.includes(name))).toEqual(['vm'])
    expect(files).toEqual(['filter.cjs', 'load.js', 'pinpull.js'])
  })

  test('exports are properties, since a start is slower with a getter for each', () => {
    expect(readFileSync(FILTER, 'utf8')).not.toContain('Object.defineProperty(exports, "')
  })

  test('no expression with Unicode properties is made at the start, since V8 loads tables for it', () => {
    expect(readFileSync(FILTER, 'utf8').match(/^(?:const|let|var) .*\\p\{.*/gim) ?? []).toEqual([])
  })

  test('what the lock file answers needs nothing more', () => {
    const lock = join(folder, 'pinpull.lock.yaml')
    const digest = `sha256:${'a'.repeat(64)}` as Digest
    writeFileSync(lock, formatLock([{ reference: 'docker.io/library/nginx:1.27', digest, mediaType: 'a/b' }]))
    const { files } = loadedBy(PROGRAM, ['--locked', '--lock-file', lock])
    expect(files).toEqual(['filter.cjs', 'load.js', 'pinpull.js'])
  })

  test('a lock file that was edited needs its own reader, and nothing of registries', () => {
    const lock = join(folder, 'edited.lock.yaml')
    const digest = `sha256:${'a'.repeat(64)}` as Digest
    const text = formatLock([{ reference: 'docker.io/library/nginx:1.27', digest, mediaType: 'a/b' }])
    writeFileSync(lock, text.replace('images:', 'images: # reviewed'))
    const { builtin, files } = loadedBy(PROGRAM, ['--locked', '--lock-file', lock])
    expect([files, builtin.includes('crypto')]).toEqual([
      ['filter.cjs', 'load.js', 'lock-file.cjs', 'pinpull.js'],
      false,
    ])
  })

  test.each([
    ['check', ['check', '-']],
    ['images', ['images', '-']],
    ['fields', ['fields', '-']],
  ])('%s loads nothing of registries', (_, args) => {
    const pinned = MANIFEST.replace('nginx:1.27', `nginx:1.27@sha256:${'a'.repeat(64)}`)
    const { builtin, files } = loadedBy(PROGRAM, args, pinned)
    const ofRegistries = ['attachments.cjs', 'resolver.cjs', 'session.cjs', 'crypto', 'tls']
    expect([...files, ...builtin].filter((name) => ofRegistries.includes(name))).toEqual([])
  })

  test.each([
    ['a finding', ['findings.cjs'], MANIFEST.replace('nginx:1.27', '$(IMAGE)')],
    ['a document that only the library reads', ['library-reader.cjs', 'yaml.cjs'], `${MANIFEST}? a\n: b\n`],
  ])('%s loads what it is told by', (_, more, input) => {
    const { files } = loadedBy(PROGRAM, ['--profile', 'dev'], input)
    expect(files).toEqual(['filter.cjs', 'load.js', ...more, 'pinpull.js'].toSorted())
  })

  test('nothing about signatures, unless a profile demands some, and sigstore only for an image', () => {
    const config = join(folder, 'pinpull.yaml')
    const filesOf = (profile: string): readonly string[] => {
      const head = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\n'
      writeFileSync(config, `${head}spec: {profiles: [{name: prod, ${profile}}]}\n`)
      return loadedBy(PROGRAM, ['--config', config], MANIFEST.replace('nginx:1.27', '$(IMAGE)')).files
    }
    const about = /^(?:attachments|signatures|verification)/
    expect(filesOf('output: digest').filter((name) => about.test(name))).toEqual([])
    expect(filesOf("verify: [{images: '**', mode: warn}]").filter((name) => about.test(name))).toEqual([
      'attachments.cjs',
      'verification.cjs',
    ])
  })

  test.each(['cache.cjs', 'resolver.cjs'])(
    '%s, needed for a connection to start, loads no cryptography',
    (name) => {
      const file = fileURLToPath(new URL(`../../dist/bundle/${name}`, import.meta.url))
      expect(readFileSync(file, 'utf8')).not.toMatch(/require\("node:(?:crypto|tls|http)/)
    },
  )

  test('help loads commander, and not the network', () => {
    const { builtin, files } = loadedBy(PROGRAM, ['--help'])
    expect(files).toContain('program.cjs')
    expect(builtin).not.toContain('http')
    expect(builtin).not.toContain('tls')
  })
})
