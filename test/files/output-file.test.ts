import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'
import { isReplaceable, writeOutputFile } from '../../src/files/output-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'report.json')
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code })
}

describe('writeOutputFile', () => {
  test('replaces a file, keeps its mode, and leaves its second name alone', () => {
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    linkSync(path, join(folder, 'second'))
    writeOutputFile(path, bytes('new'))
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640])
    expect(readFileSync(join(folder, 'second'), 'utf8')).toBe('old')
  })

  test('goes through a link of the user, also to what is not there yet', () => {
    mkdirSync(join(folder, 'out'))
    symlinkSync('out/real.json', path)
    writeOutputFile(path, bytes('one'))
    writeOutputFile(path, bytes('two'))
    expect([readFileSync(join(folder, 'out/real.json'), 'utf8'), lstatSync(path).isSymbolicLink()]).toEqual([
      'two',
      true,
    ])
  })

  test('does not go through a link that another user can have made', () => {
    const shared = join(folder, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o777)
    writeFileSync(join(folder, 'victim'), 'precious')
    symlinkSync('../victim', join(shared, 'report.json'))
    symlinkSync('..', join(shared, 'up'))
    for (const name of ['report.json', 'up/victim'])
      expect(() => writeOutputFile(join(shared, name), bytes('new'))).toThrow('is a link that another user')
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious')
  })

  test.each([
    ['ENOSPC', { writeSync: failing('ENOSPC') }],
    ['EDQUOT', { fsyncSync: failing('EDQUOT') }],
    ['EIO', { renameSync: failing('EIO') }],
  ])('on %s the old file is whole, and nothing is left behind', (code, broken) => {
    writeFileSync(path, 'old')
    expect(() => writeOutputFile(path, bytes('new'), { ...realFiles, ...broken })).toThrow(code)
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['report.json']])
  })

  /** A file that is mounted by itself, and one in a folder where this user may make none. */
  test.each<[string, Partial<FileSystem>]>([
    ['EBUSY', { renameSync: failing('EBUSY') }],
    ['EACCES', { openSync: onlyInPlace('EACCES') }],
    ['EROFS', { openSync: onlyInPlace('EROFS') }],
  ])('on %s a file of the user is written where it is', (code, broken) => {
    const files = { ...realFiles, ...broken }
    expect(() => writeOutputFile(path, bytes('new'), files)).toThrow(code)
    writeFileSync(path, 'older and longer')
    writeOutputFile(path, bytes('new'), files)
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['new', ['report.json']])
    linkSync(path, join(folder, 'second'))
    expect(() => writeOutputFile(path, bytes('newer'), files)).toThrow(code)
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  test('writes to a descriptor, and where a link leads to one', () => {
    const handle = openSync(path, 'w')
    symlinkSync(`/dev/fd/${handle}`, join(folder, 'link'))
    writeOutputFile(`/dev/fd/${handle}`, bytes('one '))
    writeOutputFile(join(folder, 'link'), bytes('two'))
    closeSync(handle)
    expect(readFileSync(path, 'utf8')).toBe('one two')
  })

  test('writes to a device, and leaves it one', () => {
    writeOutputFile('/dev/null', bytes('text'))
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test("writes to a named pipe of the user's, and not to another user's", async () => {
    expect(spawnSync('mkfifo', [path]).status).toBe(0)
    const stranger = { ...realFiles, userId: 4_294_967 }
    if (process.getuid?.() !== 0) {
      expect(() => writeOutputFile(path, bytes('text'), stranger)).toThrow('of another user')
    }
    const reader = spawn('cat', [path])
    const read: Buffer[] = []
    reader.stdout.on('data', (chunk: Buffer) => read.push(chunk))
    const ended = new Promise((resolve) => reader.on('close', resolve))
    writeOutputFile(path, bytes('text'))
    await ended
    expect([Buffer.concat(read).toString(), lstatSync(path).isFIFO()]).toEqual(['text', true])
  })

  test('isReplaceable: a regular file, also behind a link, and nothing else', () => {
    writeFileSync(path, '')
    const handle = openSync(path, 'r+')
    for (const [name, target] of Object.entries({ link: path, fd: `/dev/fd/${handle}`, none: 'nowhere' }))
      symlinkSync(target, join(folder, name))
    const asked = [path, 'link', 'fd', 'none', 'absent', `/dev/fd/${handle}`, '/dev/null', folder]
    expect(asked.filter((one) => isReplaceable(resolve(folder, one)))).toEqual([path, 'link'])
    closeSync(handle)
  })

  test('a folder is no file', () => {
    mkdirSync(path)
    expect(() => writeOutputFile(path, bytes('text'))).toThrow('EISDIR')
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  function onlyInPlace(code: string): FileSystem['openSync'] {
    return ((name: string, flags: number | string, mode?: number) =>
      flags === 'wx' ? failing(code)() : realFiles.openSync(name, flags, mode)) as FileSystem['openSync']
  }
})
