import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeAtomically } from '../../src/files/atomic-file.ts'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const plain = { mode: 0o600, keepMode: true }

describe('writeAtomically', () => {
  test('makes a new file with the given mode', () => {
    const path = join(folder, 'new')
    writeAtomically(path, bytes('text'), plain)
    expect(readFileSync(path, 'utf8')).toBe('text')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['new'])
  })

  test.each([
    { keepMode: true, expected: 0o640 },
    { keepMode: false, expected: 0o600 },
  ])('keepMode: $keepMode gives a file that was there $expected', ({ keepMode, expected }) => {
    const path = join(folder, 'old')
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    writeAtomically(path, bytes('new'), { ...plain, keepMode })
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(statSync(path).mode & 0o777).toBe(expected)
  })

  test('follows a symbolic link and leaves it a link', () => {
    const path = join(folder, 'link')
    writeFileSync(join(folder, 'target'), 'old')
    symlinkSync('target', path)
    writeAtomically(path, bytes('new'), plain)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['link', 'target'])
  })

  test('goes by a name that nobody can know, and makes a new file of it alone', () => {
    const opened: unknown[][] = []
    const files: FileSystem = {
      ...realFiles,
      openSync: ((...given: Parameters<FileSystem['openSync']>) => {
        opened.push(given)
        return realFiles.openSync(...given)
      }) as FileSystem['openSync'],
    }
    for (const text of ['one', 'two']) writeAtomically(join(folder, 'file'), bytes(text), { ...plain, files })
    const made = opened.filter(([, flags]) => flags === 'wx').map(([name]) => String(name))
    expect(new Set(made).size).toBe(2)
    for (const name of made) expect(name).toMatch(/\/\.file\.[0-9a-f]{16}\.tmp$/)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('syncs the file before it takes the name, and the folder after', () => {
    const done: string[] = []
    const noting = (name: 'fsyncSync' | 'renameSync') =>
      ((...given: never[]) => {
        done.push(name)
        return (realFiles[name] as (...all: never[]) => void)(...given)
      }) as never
    const files = { ...realFiles, fsyncSync: noting('fsyncSync'), renameSync: noting('renameSync') }
    writeAtomically(join(folder, 'file'), bytes('new'), { ...plain, files })
    expect(done).toEqual(['fsyncSync', 'renameSync', 'fsyncSync'])
  })

  test('replaces no device and no pipe', () => {
    expect(() => writeAtomically('/dev/null', bytes('new'), plain)).toThrow('it is not a regular file')
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('a file of another user that root writes stays theirs', () => {
    const path = join(folder, 'theirs')
    writeFileSync(path, 'old')
    const owners: unknown[] = []
    const files: FileSystem = {
      ...realFiles,
      userId: 0,
      fchownSync: (_, uid, gid) => owners.push([uid, gid]),
    }
    writeAtomically(path, bytes('new'), { ...plain, files })
    const { uid, gid } = statSync(path)
    expect(owners).toEqual([[uid, gid]])
  })

  test('writes on after a short write', () => {
    const slow: FileSystem = {
      ...realFiles,
      writeSync: ((handle: number, data: Uint8Array, offset: number) =>
        realFiles.writeSync(handle, data, offset, 1)) as FileSystem['writeSync'],
    }
    writeAtomically(join(folder, 'file'), bytes('several'), { ...plain, files: slow })
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('several')
  })

  const failing = (code: string): never => {
    throw Object.assign(new Error(code), { code })
  }
  test.each<[string, Partial<FileSystem>]>([
    ['ENOSPC', { writeSync: () => failing('ENOSPC') }],
    ['EIO', { fsyncSync: () => failing('EIO') }],
    ['EACCES', { renameSync: () => failing('EACCES') }],
    ['EROFS', { openSync: () => failing('EROFS') }],
  ])('on %s the old file is untouched and nothing is left behind', (code, broken) => {
    const path = join(folder, 'file')
    writeFileSync(path, 'old')
    const write = () => writeAtomically(path, bytes('new'), { ...plain, files: { ...realFiles, ...broken } })
    expect(write).toThrow(code)
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['file'])
  })
})
