import { mkdirSync, mkdtempSync, rmSync, type Stats, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'
import {
  fileDescriptorOf,
  isTrustedFolder,
  isWithinFolder,
  resolveTrustedPath,
} from '../../src/files/trusted-path.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ME = 1000
const ROOT = 0
const STRANGER = 1001

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

/**
 * The real file system as it looks to the user 1000, to whom everything in the folder belongs, but for what is said.
 * @param said by the path below the folder
 */
function seen(said: Readonly<Record<string, Partial<Stats>>> = {}): FileSystem {
  const own = { uid: ME, gid: ME }
  const lstatSync = (path: string) => {
    const stat = realFiles.lstatSync(path)
    const isOurs = path === folder || path.startsWith(`${folder}/`)
    const { mode, ...owner } = said[path.slice(folder.length + 1)] ?? {}
    const type = stat.mode & ~0o7777
    return Object.assign(stat, isOurs ? own : { uid: ROOT, gid: ROOT }, owner, {
      mode: mode === undefined ? stat.mode : type | mode,
    })
  }
  return { ...realFiles, lstatSync: lstatSync as FileSystem['lstatSync'], userId: ME }
}

describe('resolveOwnPath', () => {
  test.each<[name: string, links: Readonly<Record<string, string>>, path: string, end: string]>([
    ['a plain path', {}, 'a/file', 'a/file'],
    ['a path that is not there', {}, 'none/of/it', 'none/of/it'],
    ['a link to a file', { 'a/link': 'file' }, 'a/link', 'a/file'],
    ['a link up and down again', { 'a/link': '../b/file' }, 'a/link', 'b/file'],
    ['a link to what is not there', { 'a/link': '../b/new' }, 'a/link', 'b/new'],
    ['a link in the middle', { 'a/b': '../b' }, 'a/b/new', 'b/new'],
    ['links that lead to links', { one: 'two', two: 'a/three', 'a/three': 'file' }, 'one', 'a/file'],
  ])('%s', (_, links, path, end) => {
    arrange(links)
    expect(resolveTrustedPath(join(folder, path), seen())).toBe(join(folder, end))
  })

  test('an absolute link', () => {
    arrange({ 'a/link': join(folder, 'b/new') })
    expect(resolveTrustedPath(join(folder, 'a/link'), seen())).toBe(join(folder, 'b/new'))
  })

  test('links in a circle', () => {
    arrange({ one: 'two', two: 'one' })
    expect(() => resolveTrustedPath(join(folder, 'one'), seen())).toThrow('leads through more than 40 links')
  })

  /** Who may have made `a/link`, and may change what lies in `a`. */
  test.each<[name: string, link: Partial<Stats>, folder: Partial<Stats>, isFollowed: boolean]>([
    ["the user's, in a folder of theirs", {}, { mode: 0o755 }, true],
    ["root's, in a folder of root's", { uid: ROOT }, { uid: ROOT, mode: 0o755 }, true],
    ["the user's, where all may write", {}, { mode: 0o777 }, false],
    ["the user's, where a group may write", {}, { gid: 50, mode: 0o775 }, false],
    ["the user's, where a group of theirs alone may write", {}, { gid: ME, mode: 0o775 }, true],
    ["the user's, where all may add and nobody may replace", {}, { uid: ROOT, mode: 0o1777 }, true],
    ["a stranger's there", { uid: STRANGER }, { uid: ROOT, mode: 0o1777 }, false],
    ["a stranger's in a folder of the user's", { uid: STRANGER }, { mode: 0o755 }, false],
    ["the user's in a folder of a stranger's", {}, { uid: STRANGER, mode: 0o755 }, false],
    ["the user's in a sticky folder of a stranger's", {}, { uid: STRANGER, mode: 0o1777 }, false],
  ])('a link: %s', (_, link, parent, isFollowed) => {
    arrange({ 'a/link': 'file' })
    const resolve = () => resolveTrustedPath(join(folder, 'a/link'), seen({ 'a/link': link, a: parent }))
    if (isFollowed) expect(resolve()).toBe(join(folder, 'a/file'))
    else expect(resolve).toThrow(`${folder}/a/link is a link that another user can have made`)
  })

  test('a link behind a good one is looked at as well, and one in the middle of a path', () => {
    arrange({ good: 'a/link/file', 'a/link': '../b' })
    const files = seen({ 'a/link': { uid: STRANGER } })
    for (const path of ['good', 'a/link/new', 'a/link/../../good'])
      expect(() => resolveTrustedPath(join(folder, path), files)).toThrow('a/link is a link')
  })

  test("root follows no link of another user's", () => {
    arrange({ 'a/link': 'file' })
    const files = { ...seen(), userId: ROOT }
    expect(() => resolveTrustedPath(join(folder, 'a/link'), files)).toThrow('another user')
    expect(resolveTrustedPath(join(folder, 'a/file'), files)).toBe(join(folder, 'a/file'))
  })

  test('where the system knows no users every link is followed', () => {
    arrange({ 'a/link': 'file' })
    const files = { ...seen({ 'a/link': { uid: STRANGER } }), userId: undefined }
    expect(resolveTrustedPath(join(folder, 'a/link'), files)).toBe(join(folder, 'a/file'))
  })

  test('a descriptor is the end, whatever leads to it', () => {
    arrange({ 'a/out': '/dev/stdout', 'a/fd': '/dev/fd/7' })
    expect(resolveTrustedPath('/dev/stdout', seen())).toBe('/dev/stdout')
    expect(resolveTrustedPath(join(folder, 'a/out'), seen())).toBe('/dev/stdout')
    expect(fileDescriptorOf(resolveTrustedPath(join(folder, 'a/fd'), seen()))).toBe(7)
  })

  /** Makes two folders with a file each, and links by their paths. */
  function arrange(links: Readonly<Record<string, string>>): void {
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'file'), '')
    }
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path))
  }
})

test.each([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
  ['/dev/fd/63', 63],
  ['/proc/self/fd/1', 1],
  [`/proc/${process.pid}/fd/4`, 4],
  ['/proc/1/fd/1', undefined],
  ['/dev/null', undefined],
  ['/tmp/dev/fd/1', undefined],
])('%s is the descriptor %s', (path, descriptor) => {
  expect(fileDescriptorOf(path)).toBe(descriptor)
})

test.each([
  [ME, ME, 0o700, true],
  [ROOT, ROOT, 0o755, true],
  [ROOT, ROOT, 0o1777, true],
  [ROOT, ROOT, 0o777, false],
  [ROOT, ROOT, 0o775, false],
  [ME, ME, 0o775, true],
  [ME, 50, 0o775, false],
  [ME, ME, 0o757, false],
  [STRANGER, ME, 0o700, false],
  [STRANGER, ME, 0o1777, false],
])('a folder of %i and the group %i with the mode %o is safe from others: %s', (uid, gid, mode, isSafe) => {
  expect(isTrustedFolder({ uid, gid, mode } as Stats, { userId: ME })).toBe(isSafe)
})

describe('whether a path lies in a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
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
    expect(isWithinFolder(join(folder, path), join(folder, home))).toBe(expected)
  })
})
