import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'
import type { LockEntry } from '../../src/lock/lock.ts'
import {
  type LockFile,
  type LockWriteOptions,
  readLockFile,
  writeLockFile,
} from '../../src/lock/lock-file.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-lock-'))
  path = join(folder, 'pinpull.lock.yaml')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const entry = (reference: string, digit = 'a'): LockEntry => ({
  reference,
  digest: `sha256:${digit.repeat(64)}` as Digest,
  mediaType: 'application/vnd.oci.image.index.v1+json',
})
/** Writes entries, and takes the place of those of the same key. */
function put(file: LockFile, entries: readonly LockEntry[], files: FileSystem = realFiles) {
  const updated = entries.map((after) => ({ before: after, after }))
  return writeLockFile(file, { added: entries, updated, removed: [] }, { ...OPTIONS, files })
}
const OPTIONS: LockWriteOptions = {
  process: { id: process.pid, machine: 'test', isRunning: () => true },
  signal: new AbortController().signal,
}
const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code })
}

describe('a lock file on disk', () => {
  test('that is not there is an empty lock', () => {
    const file = readLockFile(path)
    expect(file).toMatchObject({ name: 'pinpull.lock.yaml', diagnostics: [] })
    expect(file.source).toBeUndefined()
    expect(file.lock.entries).toEqual([])
  })

  test('is written, found again and not written twice', async () => {
    expect((await put(readLockFile(path), [entry('docker.io/library/nginx:1.27')])).isFileChanged).toBe(true)
    const again = readLockFile(path)
    expect(again.lock.find(parseReference('nginx:1.27'))).toEqual(entry('docker.io/library/nginx:1.27'))
    const { mtimeNs, ino } = statSync(path, { bigint: true })
    expect((await put(again, [entry('docker.io/library/nginx:1.27')])).isFileChanged).toBe(false)
    expect(statSync(path, { bigint: true })).toMatchObject({ mtimeNs, ino })
  })

  test('that is damaged gives no entries at all', async () => {
    await put(readLockFile(path), [entry('docker.io/library/nginx:1.27')])
    writeFileSync(path, `${readFileSync(path, 'utf8')}  - oops\n`)
    const file = readLockFile(path)
    expect(file.diagnostics.map(({ code, at }) => [code, at?.file, at?.line])).toEqual([
      ['LOCK_INVALID', path, 12],
    ])
    expect(file.lock.entries).toEqual([])
  })

  test('that is not UTF-8 is damaged, too', () => {
    writeFileSync(path, Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]))
    expect(readLockFile(path, { displayPath: 'shown.yaml' }).diagnostics).toEqual([
      {
        code: 'LOCK_INVALID',
        severity: 'error',
        args: {
          reason: expect.stringMatching(
            /^it is not UTF-8: the byte 0xFF \("ÿ" in Latin-1\) in document 1; Kubernetes manifests are UTF-8; save/,
          ),
        },
        at: { file: 'shown.yaml', line: 1, column: 4 },
      },
    ])
  })

  test('that cannot be read is an error', () => {
    expect(() => readLockFile(path, { files: { ...realFiles, readFileSync: failing('EACCES') } })).toThrow(
      expect.objectContaining({ code: 'LOCK_NOT_READ', args: { file: path, reason: 'EACCES' } }),
    )
  })

  test.each<[string, Partial<FileSystem>]>([
    ['ENOSPC', { writeSync: failing('ENOSPC') }],
    ['EROFS', { openSync: failing('EROFS') }],
  ])('stays as it was on %s', async (reason, broken) => {
    await put(readLockFile(path), [entry('docker.io/library/nginx:1.27')])
    const before = readFileSync(path, 'utf8')
    const file = readLockFile(path)
    const write = put(file, [entry('docker.io/library/redis:7')], { ...realFiles, ...broken })
    await expect(write).rejects.toThrow(
      expect.objectContaining({ code: 'LOCK_NOT_WRITTEN', args: { file: path, reason } }),
    )
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(readdirSync(folder)).toEqual(['pinpull.lock.yaml'])
  })

  test('that was damaged since it was read is left alone', async () => {
    const file = readLockFile(path)
    writeFileSync(path, 'images: 5\n')
    await expect(put(file, [entry('docker.io/library/redis:7')])).rejects.toThrow(
      expect.objectContaining({
        code: 'LOCK_NOT_WRITTEN',
        args: { file: path, reason: 'it was changed meanwhile, and cannot be read now' },
      }),
    )
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['images: 5\n', ['pinpull.lock.yaml']])
  })

  test('keeps what another run has added since it was read', async () => {
    const file = readLockFile(path)
    await put(readLockFile(path), [entry('docker.io/library/redis:7')])
    const { entries } = await put(file, [entry('docker.io/library/nginx:1.27')])
    expect(entries.map(({ reference }) => reference)).toEqual([
      'docker.io/library/redis:7',
      'docker.io/library/nginx:1.27',
    ])
    expect(readLockFile(path).lock.entries).toHaveLength(2)
  })

  test('that several write at once is always one of theirs, whole', async () => {
    const module = new URL('../../src/lock/lock-file.ts', import.meta.url).href
    const write = (digit: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const worker = new Worker(
          `const { workerData } = require('node:worker_threads')
           import(workerData.module).then(async ({ readLockFile, writeLockFile }) => {
             const entries = Array.from({ length: 200 }, (_, i) => ({
               reference: 'docker.io/library/app' + i + ':1',
               digest: 'sha256:' + workerData.digit.repeat(64),
               mediaType: 'application/vnd.oci.image.index.v1+json',
             }))
             const change = { added: entries, updated: entries.map((after) => ({ after })), removed: [] }
             const { signal } = new AbortController()
             const options = { process: { id: process.pid, machine: 'test', isRunning: () => true }, signal }
             for (let round = 0; round < 10; round++)
               await writeLockFile(readLockFile(workerData.path), change, options)
           })`,
          { eval: true, workerData: { module, path, digit } },
        )
        worker.on('error', reject)
        worker.on('exit', () => resolve())
      })
    const isDone = Promise.all(['1', '2', '3'].map(write)).then(() => true)
    let reads = 0
    while (!(await Promise.race([isDone, new Promise((resolve) => setTimeout(resolve, 5, false))]))) {
      const { diagnostics, lock } = readLockFile(path)
      expect(diagnostics).toEqual([])
      const digests = new Set(lock.entries.map(({ digest }) => digest))
      expect([digests.size, lock.entries.length]).toEqual(lock.entries.length === 0 ? [0, 0] : [1, 200])
      reads++
    }
    expect(reads).toBeGreaterThan(0)
    expect(readLockFile(path).lock.entries).toHaveLength(200)
    expect(readdirSync(folder)).toEqual(['pinpull.lock.yaml'])
  })
})

describe('Lock.find', () => {
  const lock = async () => {
    await put(readLockFile(path), [
      entry('docker.io/library/nginx:1.27'),
      entry('docker.io/library/nginx:latest', 'b'),
      { ...entry('docker.io/library/nginx:1.27', 'c'), platform: { os: 'linux', architecture: 'arm64' } },
      entry(`ghcr.io/acme/app@sha256:${'a'.repeat(64)}`),
    ])
    return readLockFile(path).lock
  }
  const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

  test.each([
    ['nginx:1.27', 'a'],
    ['docker.io/nginx:1.27', 'a'],
    ['index.docker.io/library/nginx:1.27', 'a'],
    ['nginx', 'b'],
    ['nginx:1.28', undefined],
    ['ghcr.io/library/nginx:1.27', undefined],
    [`nginx:1.27@${digest('a')}`, 'a'],
    [`nginx@${digest('b')}`, 'b'],
    [`nginx:1.27@${digest('d')}`, undefined],
    [`redis@${digest('a')}`, undefined],
    [`ghcr.io/acme/app:2@${digest('a')}`, 'a'],
  ])('%s', async (text, digit) => {
    expect((await lock()).find(parseReference(text))?.digest).toBe(
      digit === undefined ? undefined : digest(digit),
    )
  })

  test('a platform has an entry of its own', async () => {
    const arm64 = { os: 'linux', architecture: 'arm64' }
    expect((await lock()).find(parseReference('nginx:1.27'), arm64)?.digest).toBe(digest('c'))
    expect((await lock()).find(parseReference('nginx'), arm64)).toBeUndefined()
  })
})
