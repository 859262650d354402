import type { Stats } from 'node:fs'
import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path'
import { type FileSystem, ifExists } from './file-system.ts'

/** As many as Linux follows in one path (path_resolution(7)). */
const MAX_LINKS = 40

/** What bits of a mode let others write: those of the group, and those of everybody. */
const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002
/** In a folder with this bit, a name belongs to whoever made it, though everybody may make one: `/tmp`. */
const STICKY = 0o1000

type Links = Pick<FileSystem, 'lstatSync' | 'readlinkSync' | 'userId'>

/**
 * Finds where a path leads, and follows only symbolic links that nobody but this user and root can have made: such a
 * link belongs to one of them and so does the folder that it lies in, where nobody else may put or replace a name.
 * That goes for every part of the path, and for links that links lead to. The end of the path need not exist.
 *
 * A file descriptor (`/dev/stdout`, `/dev/fd/63`, `/proc/self/fd/1`) is where a path ends: what such a link says of
 * itself leads nowhere.
 *
 * The idea is that of "safefile" (University of Wisconsin, 2008) and of Linux's `fs.protected_symlinks`, which looks at
 * the last folder alone and is not switched on everywhere.
 *
 * @param checkFolder is told each folder on the way, and throws where it will not do
 * @returns an absolute path without links
 * @throws Error with a sentence about the link, or the system's error
 */
export function resolveTrustedPath(
  path: string,
  files: Links,
  checkFolder: (folder: string, stat: Stats) => void = () => {},
): string {
  const absolute = resolve(path)
  const { root } = parse(absolute)
  let pending = partsOf(absolute.slice(root.length))
  let at = root
  let folder = enter(at, files, checkFolder)
  for (let links = 0; ; ) {
    const name = pending.shift()
    if (name === undefined) return at
    const next = join(at, name)
    if (isDescriptor(next)) return next
    // The link that leads up is the folder's own, and was looked at on the way down.
    const stat = ifExists(() => files.lstatSync(next))
    if (stat === undefined) return join(next, ...pending)
    if (stat.isSymbolicLink()) {
      links += 1
      if (links > MAX_LINKS) throw new Error(`${path} leads through more than ${MAX_LINKS} links`)
      if (!isTrustedLink(stat, folder, files))
        throw new Error(`${next} is a link that another user can have made`)
      const target = files.readlinkSync(next)
      pending = [...partsOf(target), ...pending]
      if (isAbsolute(target)) {
        at = root
        folder = enter(at, files, checkFolder)
      }
    } else {
      at = next
      folder = stat
      if (stat.isDirectory()) checkFolder(at, stat)
    }
  }
}

/** Whether nobody but this user and root can make, replace or remove a name of theirs in a folder. */
export function isTrustedFolder(stat: Stats, { userId }: Pick<FileSystem, 'userId'>): boolean {
  if (userId === undefined) return true
  return (
    isOwnedByUserOrRoot(stat, userId) && ((stat.mode & STICKY) !== 0 || !isWritableByOthers(stat, userId))
  )
}

/** Whether a file or folder belongs to this user, and nobody else may write it, whatever the group. */
export function isPrivate(stat: Stats, { userId }: Pick<FileSystem, 'userId'>): boolean {
  return userId === undefined || (stat.uid === userId && (stat.mode & (GROUP_WRITES | OTHERS_WRITE)) === 0)
}

/** The number of a file descriptor of this process that a path is another name for. */
export function fileDescriptorOf(path: string): number | undefined {
  if (path === '/dev/stdout') return 1
  if (path === '/dev/stderr') return 2
  const [, owner, number] = /^\/(dev|proc\/(?:self|\d+))\/fd\/(\d+)$/.exec(path) ?? []
  if (number === undefined) return undefined
  return ['dev', 'proc/self', `proc/${process.pid}`].includes(owner as string) ? Number(number) : undefined
}

function isDescriptor(path: string): boolean {
  return (
    path === '/dev/stdout' || path === '/dev/stderr' || /^\/(?:dev|proc\/(?:self|\d+))\/fd\/\d+$/.test(path)
  )
}

function enter(folder: string, files: Links, checkFolder: (folder: string, stat: Stats) => void): Stats {
  const stat = files.lstatSync(folder)
  checkFolder(folder, stat)
  return stat
}

function partsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== '' && part !== '.')
}

function isTrustedLink(link: Stats, folder: Stats, files: Links): boolean {
  return (
    files.userId === undefined || (isOwnedByUserOrRoot(link, files.userId) && isTrustedFolder(folder, files))
  )
}

function isOwnedByUserOrRoot(stat: Stats, userId: number): boolean {
  return stat.uid === userId || stat.uid === 0
}

/**
 * A group with the user's own number is, by the convention of useradd(8) and adduser(8), that user's alone: under it
 * everything that they make may be written by the group.
 */
function isWritableByOthers({ mode, gid }: Stats, userId: number): boolean {
  const isPrivateGroup = gid === userId && userId !== 0
  return (mode & OTHERS_WRITE) !== 0 || ((mode & GROUP_WRITES) !== 0 && !isPrivateGroup)
}

/**
 * Whether a path lies in a folder once all symbolic links in both are followed.
 *
 * @param path absolute; its last parts need not exist yet
 * @param folder absolute
 * @returns false if that cannot be determined, as for a link to itself
 */
export function isWithinFolder(path: string, folder: string): boolean {
  const [real, home] = [realPath(path), realPath(folder)]
  if (real === undefined || home === undefined) return false
  return real === home || real.startsWith(home.endsWith(sep) ? home : home + sep)
}

/** A path without links, be they to something or to nothing yet; undefined where links lead round in a circle. */
function realPath(path: string, links: number = MAX_LINKS): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    if (parent === path) return undefined
    const target = linkTarget(path)
    if (target === 'no link') return undefined
    if (target !== undefined) return links === 0 ? undefined : realPath(resolve(parent, target), links - 1)
    const real = realPath(parent, links)
    return real === undefined ? undefined : join(real, basename(path))
  }
}

/** Where a link leads; undefined where there is nothing of that name. */
function linkTarget(path: string): string | 'no link' | undefined {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined) return undefined
    return status.isSymbolicLink() ? readlinkSync(path) : 'no link'
  } catch {
    return 'no link'
  }
}
