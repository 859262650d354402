import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'
import { makeFolders, readPrivateFile, writePrivateFile } from '../../src/files/private-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'cache', 'pinpull', 'file')
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (files?: FileSystem): string | undefined => {
  const found = readPrivateFile(path, 100, files)
  return found && Buffer.from(found).toString()
}
/** The same file system, used as another user than the owner. */
const asStranger: FileSystem = { ...realFiles, userId: 4_294_967 }

describe('a private file', () => {
  test('is written into folders that are made, and read again', () => {
    writePrivateFile(path, bytes('text'))
    expect(read()).toBe('text')
    expect(['cache', 'cache/pinpull', 'cache/pinpull/file'].map(modeOf)).toEqual([0o700, 0o700, 0o600])
    expect(readdirSync(join(folder, 'cache/pinpull'))).toEqual(['file'])
  })

  test.each([0o000, 0o077, 0o777])('is the same under the umask %o', (umask) => {
    const before = process.umask(umask)
    try {
      writePrivateFile(path, bytes('text'))
    } finally {
      process.umask(before)
    }
    expect([read(), modeOf('cache/pinpull'), modeOf('cache/pinpull/file')]).toEqual(['text', 0o700, 0o600])
  })

  test('is not written through a link, and not read through one', () => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'precious', { mode: 0o600 })
    mkdirSync(join(folder, 'cache/pinpull'), { recursive: true, mode: 0o700 })
    symlinkSync(victim, path)
    expect(read()).toBeUndefined()
    writePrivateFile(path, bytes('text'))
    expect([readFileSync(victim, 'utf8'), read(), lstatSync(path).isFile()]).toEqual([
      'precious',
      'text',
      true,
    ])
  })

  test('leaves what has a second name to that', () => {
    writePrivateFile(path, bytes('old'))
    linkSync(path, join(folder, 'second'))
    writePrivateFile(path, bytes('new'))
    expect([readFileSync(join(folder, 'second'), 'utf8'), read()]).toEqual(['old', 'new'])
  })

  test.each<[name: string, change: () => void]>([
    ['the folder may be written by all', () => chmodSync(join(folder, 'cache/pinpull'), 0o777)],
    ['the folder may be written by its group', () => chmodSync(join(folder, 'cache/pinpull'), 0o770)],
    ['the folder is sticky, and all may add to it', () => chmodSync(join(folder, 'cache/pinpull'), 0o1777)],
    ['the folder above may be written by all', () => chmodSync(join(folder, 'cache'), 0o777)],
    [
      'a link leads there past a folder that all may write',
      () => {
        mkdirSync(join(folder, 'open'))
        chmodSync(join(folder, 'open'), 0o777)
        symlinkSync(join(folder, 'cache/pinpull'), join(folder, 'open/link'))
        path = join(folder, 'open/link/file')
      },
    ],
  ])('is neither read nor written where %s', (_, change) => {
    writePrivateFile(path, bytes('old'))
    const real = path
    change()
    expect(read()).toBeUndefined()
    expect(() => writePrivateFile(path, bytes('new'))).toThrow(
      /other users|not this user's alone|another user/,
    )
    expect(readFileSync(real, 'utf8')).toBe('old')
  })

  test("is neither read nor written in another user's folder", () => {
    writePrivateFile(path, bytes('old'))
    expect(read(asStranger)).toBeUndefined()
    expect(() => writePrivateFile(path, bytes('new'), asStranger)).toThrow(
      /other users|not this user's alone/,
    )
    expect(readFileSync(path, 'utf8')).toBe('old')
  })

  test.each([
    ['others may write it', () => chmodSync(path, 0o606)],
    ['its group may write it', () => chmodSync(path, 0o620)],
    ['it is too large', () => writeFileSync(path, 'x'.repeat(101))],
  ])('is not read where %s, and is written anew', (_, change) => {
    writePrivateFile(path, bytes('old'))
    change()
    expect(read()).toBeUndefined()
    writePrivateFile(path, bytes('new'))
    expect([read(), modeOf('cache/pinpull/file')]).toEqual(['new', 0o600])
  })

  test.skipIf(process.platform === 'win32')('that is a pipe is not waited for', () => {
    makeFolders(join(folder, 'cache/pinpull'), 0o700)
    expect(spawnSync('mkfifo', [path]).status).toBe(0)
    expect(read()).toBeUndefined()
    expect(() => writePrivateFile(path, bytes('new'))).toThrow('not a regular file')
  })

  test('through links of the user is where they lead', () => {
    mkdirSync(join(folder, 'disk'))
    symlinkSync('disk', join(folder, 'cache'))
    writePrivateFile(path, bytes('text'))
    expect([read(), readdirSync(join(folder, 'disk/pinpull'))]).toEqual(['text', ['file']])
  })

  function modeOf(name: string): number {
    return statSync(join(folder, name)).mode & 0o777
  }
})

describe('makeFolders', () => {
  test('makes what is missing, and is content where all is there', () => {
    makeFolders(join(folder, 'a/b/c'), 0o755)
    makeFolders(join(folder, 'a/b/c'), 0o700)
    expect(statSync(join(folder, 'a/b/c')).mode & 0o777).toBe(0o755)
  })

  test('ends where a folder has no place for others: one call each', () => {
    const made: string[] = []
    const files: FileSystem = {
      ...realFiles,
      mkdirSync: ((name: string) => {
        made.push(name)
        throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
      }) as FileSystem['mkdirSync'],
    }
    expect(() => makeFolders(join(folder, 'a/b'), 0o700, files)).toThrow('ENOENT')
    expect(made).toEqual([join(folder, 'a')])
  })

  test('takes a folder that another run has made meanwhile', () => {
    const files: FileSystem = {
      ...realFiles,
      mkdirSync: ((name: string, options: object) => {
        realFiles.mkdirSync(name, options)
        return realFiles.mkdirSync(name, options)
      }) as FileSystem['mkdirSync'],
    }
    makeFolders(join(folder, 'a/b'), 0o700, files)
    expect(existsSync(join(folder, 'a/b'))).toBe(true)
  })
})
