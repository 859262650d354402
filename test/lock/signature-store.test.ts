import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'
import type { LockChange, LockEntry } from '../../src/lock/lock.ts'
import { readLockFile, writeLockFile } from '../../src/lock/lock-file.ts'
import { openSignatureStore, type StoredObjects } from '../../src/lock/signature-store.ts'
import type { Attachment } from '../../src/oci/attachment.ts'
import { storedDigest, storedForm } from '../../src/oci/stored-attachment.ts'
import { computeDigest } from '../../src/reference/content-digest.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: string
let path: string
let objects: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'pinpull.lock.yaml')
  objects = join(folder, 'pinpull.lock.d')
})

const content = Buffer.from('{"critical":{}}')
const SIGNATURE: Attachment = {
  kind: 'signature',
  content,
  annotations: { 'dev.cosignproject.cosign/signature': 'MEUC' },
  place: '',
  digest: computeDigest('sha256', content),
}
const bundle = (text: string): Uint8Array => Buffer.from(`{"mediaType":"bundle","text":"${text}"}`)
const digestOf = (bytes: Uint8Array): Digest => computeDigest('sha256', bytes)
const A = bundle('a')
const B = bundle('b')
const all: StoredObjects = new Map([A, B, storedForm(SIGNATURE)].map((bytes) => [digestOf(bytes), bytes]))
const nameOf = (digest: Digest): string => digest.replace(':', '-')

const entry = (reference: string, ...stored: readonly Digest[]): LockEntry => ({
  reference: `docker.io/library/${reference}`,
  digest: `sha256:${'a'.repeat(64)}` as Digest,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  ...(stored[0] && {
    verified: {
      by: 'key',
      signer: 'k.pub',
      bundle: stored[0],
      ...(stored[1] && { attestations: [{ type: 't', bundle: stored[1] }] }),
    },
  }),
})

function put(change: Partial<LockChange>, stored: StoredObjects = all, files: FileSystem = realFiles) {
  const process = { id: 1, machine: 'test', isRunning: () => true }
  const whole = { added: [], updated: [], removed: [], ...change }
  const signal = new AbortController().signal
  return writeLockFile(readLockFile(path), whole, { process, signal, files, objects: stored })
}
const listed = (): string[] => (existsSync(objects) ? readdirSync(objects) : [])

describe('the signatures beside a lock file', () => {
  test('are written with the entries that name them, and read again', async () => {
    await put({ added: [entry('a:1', digestOf(A)), entry('b:1', storedDigest(SIGNATURE))] })
    expect(listed().toSorted()).toEqual([nameOf(digestOf(A)), nameOf(storedDigest(SIGNATURE))].toSorted())
    expect(readFileSync(join(objects, nameOf(digestOf(A))))).toEqual(A)
    const store = openSignatureStore(path, 'pinpull.lock.yaml')
    const place = `pinpull.lock.d/${nameOf(storedDigest(SIGNATURE))}`
    expect(store.read(storedDigest(SIGNATURE))).toEqual({ ...SIGNATURE, place })
    expect(store.read(digestOf(A))?.kind).toBe('bundle')
    expect(store.read(digestOf(B))).toBeUndefined()
  })

  test.each([
    ['pinpull.lock.yaml', 'pinpull.lock.d'],
    ['apps.lock.yml', 'apps.lock.d'],
    ['lock.json', 'lock.d'],
    ['pinpull.lock', 'pinpull.lock.d'],
  ])('of %s are in %s', async (name, expected) => {
    path = join(folder, name)
    await put({ added: [entry('a:1', digestOf(A))] })
    expect(readdirSync(folder).toSorted()).toEqual([expected, name].toSorted())
  })

  test('a lock file without any has no folder', async () => {
    await put({ added: [entry('a:1')] })
    expect(readdirSync(folder)).toEqual(['pinpull.lock.yaml'])
  })

  test('that nothing names any more are removed, and nothing else is', async () => {
    const first = entry('a:1', digestOf(A), digestOf(B))
    await put({ added: [first] })
    const leftover = `.sha256-${'e'.repeat(64)}.0123456789abcdef.tmp`
    const unused = `sha256-${'c'.repeat(64)}`
    const kept = [
      'README.md',
      `sha256-${'C'.repeat(64)}`,
      `sha256-${'c'.repeat(63)}`,
      `sha256-${'c'.repeat(64)}.json`,
    ]
    for (const name of [leftover, unused, ...kept]) writeFileSync(join(objects, name), '')
    writeFileSync(join(folder, 'other'), 'other')
    symlinkSync(join(folder, 'other'), join(objects, `sha256-${'d'.repeat(64)}`))
    mkdirSync(join(objects, `sha256-${'f'.repeat(64)}`))
    await put({ updated: [{ before: first, after: entry('a:1', digestOf(B)) }], added: [entry('b:1')] })
    // The first update changes the signature alone, not the digest.
    await put({ noted: [{ before: first, after: entry('a:1', digestOf(B)) }] })
    expect(listed().toSorted()).toEqual(
      [nameOf(digestOf(B)), `sha256-${'d'.repeat(64)}`, `sha256-${'f'.repeat(64)}`, ...kept].toSorted(),
    )
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('other')
  })

  test('that are lost are written again, also if the lock file stays as it is', async () => {
    const first = entry('a:1', digestOf(A))
    await put({ added: [first] })
    writeFileSync(join(objects, nameOf(digestOf(A))), 'damaged')
    expect(await put({})).toMatchObject({ isFileChanged: false })
    expect(readFileSync(join(objects, nameOf(digestOf(A))))).toEqual(A)
  })

  test('of an entry that another run was faster to add are left out', async () => {
    const mine = readLockFile(path)
    await put({ added: [entry('a:1', digestOf(A))] })
    const process = { id: 1, machine: 'test', isRunning: () => true }
    const change = { added: [entry('a:1', digestOf(B))], updated: [], removed: [] }
    await writeLockFile(mine, change, { process, signal: new AbortController().signal, objects: all })
    expect(listed()).toEqual([nameOf(digestOf(A))])
    expect(readLockFile(path).lock.entries[0]?.verified?.bundle).toBe(digestOf(A))
  })

  test('are not left behind if the lock file cannot be written', async () => {
    const files: FileSystem = {
      ...realFiles,
      renameSync: (from, to) => {
        if (String(to).endsWith('.yaml'))
          throw Object.assign(new Error('EROFS: read-only file system, rename'), { code: 'EROFS' })
        realFiles.renameSync(from, to)
      },
    }
    await expect(put({ added: [entry('a:1', digestOf(A))] }, all, files)).rejects.toMatchObject({
      code: 'LOCK_NOT_WRITTEN',
      args: { file: path, reason: 'read-only file system (EROFS)' },
    })
    expect([existsSync(path), listed()]).toEqual([false, []])
  })

  const failing = (code: string, words: string) => (): never => {
    throw Object.assign(new Error(`${code}: ${words}, open`), { code })
  }
  test.each<[string, Partial<FileSystem>, string]>([
    [
      'a folder that may not be written',
      { mkdirSync: failing('EACCES', 'permission denied') },
      'permission denied (EACCES)',
    ],
    [
      'a full disk',
      { writeSync: failing('ENOSPC', 'no space left on device') },
      'no space left on device (ENOSPC)',
    ],
  ])('%s: nothing is written', async (_, broken, reason) => {
    const change = { added: [entry('a:1', digestOf(A))] }
    await expect(put(change, all, { ...realFiles, ...broken })).rejects.toMatchObject({
      code: 'LOCK_NOT_WRITTEN',
      args: { reason },
    })
    expect([existsSync(path), listed()]).toEqual([false, []])
  })

  test.each<[string, () => void, string]>([
    [
      'a link',
      () => {
        mkdirSync(join(folder, 'elsewhere'))
        symlinkSync(join(folder, 'elsewhere'), objects)
      },
      'pinpull.lock.d is a link',
    ],
    ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), objects), 'pinpull.lock.d is a link'],
    ['a file', () => writeFileSync(objects, ''), 'pinpull.lock.d is not a folder'],
    ['a pipe', () => execFileSync('mkfifo', [objects]), 'pinpull.lock.d is not a folder'],
  ])('a folder that is %s is neither written nor read', async (_, make, reason) => {
    make()
    await expect(put({ added: [entry('a:1', digestOf(A))] })).rejects.toMatchObject({
      code: 'LOCK_NOT_WRITTEN',
      args: { reason },
    })
    expect(existsSync(path)).toBe(false)
    expect(() => openSignatureStore(path, 'pinpull.lock.yaml').read(digestOf(A))).toThrow(
      new PinpullError('LOCK_SIGNATURE_INVALID', { file: `pinpull.lock.d/${nameOf(digestOf(A))}`, reason }),
    )
    if (existsSync(join(folder, 'elsewhere'))) expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
  })

  test.each<[string, (file: string) => void, string]>([
    [
      'other bytes',
      (file) => writeFileSync(file, B),
      'its content does not have the hash that it is named after',
    ],
    [
      'other line breaks',
      (file) => writeFileSync(file, `${A}\r\n`),
      'its content does not have the hash that it is named after',
    ],
    ['a link', (file) => symlinkSync('/dev/zero', file), 'it is a link'],
    ['a pipe', (file) => execFileSync('mkfifo', [file]), 'it is not a regular file'],
    ['a folder', (file) => mkdirSync(file), 'it is not a regular file'],
    [
      'ten gigabytes',
      (file) => {
        writeFileSync(file, '')
        truncateSync(file, 10 * 2 ** 30)
      },
      'it has 10737418240 bytes, and at most 50331648 are read',
    ],
  ])('a file that is %s is refused by its name', (_, make, reason) => {
    mkdirSync(objects)
    const file = join(objects, nameOf(digestOf(A)))
    make(file)
    expect(() => openSignatureStore(path, 'apps/pinpull.lock.yaml').read(digestOf(A))).toThrow(
      new PinpullError('LOCK_SIGNATURE_INVALID', {
        file: `apps/pinpull.lock.d/${nameOf(digestOf(A))}`,
        reason,
      }),
    )
  })

  test('what has the right hash and is no signature is refused', () => {
    const bytes = Buffer.from('no JSON')
    mkdirSync(objects)
    writeFileSync(join(objects, nameOf(digestOf(bytes))), bytes)
    expect(() => openSignatureStore(path, 'pinpull.lock.yaml').read(digestOf(bytes))).toThrow(
      expect.objectContaining({ args: expect.objectContaining({ reason: 'it is not a JSON object' }) }),
    )
  })

  test('a lock file that is a link has its signatures beside the file that it leads to', async () => {
    mkdirSync(join(folder, 'shared'))
    symlinkSync(join('shared', 'pinpull.lock.yaml'), path)
    writeFileSync(join(folder, 'shared', 'pinpull.lock.yaml'), readHeader())
    await put({ added: [entry('a:1', digestOf(A))] })
    expect(readdirSync(join(folder, 'shared'))).toEqual(['pinpull.lock.d', 'pinpull.lock.yaml'])
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(openSignatureStore(path, 'pinpull.lock.yaml').read(digestOf(A))?.digest).toBe(digestOf(A))
  })
})

function readHeader(): string {
  return 'apiVersion: pinpull.dev/v1alpha2\nkind: Lock\nimages: []\n'
}
