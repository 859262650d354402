import type { Stats } from 'node:fs'
import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path'
import { type FileSystem, ifExists } from './file-system.ts'

/** The maximum number of links in one path, as in Linux (path_resolution(7)). */
const MAX_LINKS = 40

/** Mode bits that let the group, and all others, write. */
const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002
/** In a folder with this bit, such as `/tmp`, only the owner of a file may rename or remove it. */
const STICKY = 0o1000

type Links = Pick<FileSystem, 'lstatSync' | 'readlinkSync' | 'userId'>

/**
 * Resolves a path, and follows only symbolic links that nobody but this user and root can have made: the link and its
 * folder belong to one of them, and nobody else may create or replace names in that folder. This holds for every part of
 * the path, and for links behind links. The end of the path need not exist.
 *
 * File descriptors (`/dev/stdout`, `/dev/fd/63`, `/proc/self/fd/1`) are not resolved: their link text is not a path.
 *
 * After "safefile" (University of Wisconsin, 2008) and Linux's `fs.protected_symlinks`, which checks only the last folder
 * and is not enabled everywhere.
 *
 * @param checkFolder called with each folder on the path; throws to reject it
 * @returns an absolute path without links
 * @throws Error about the link that is not trusted; the system's error
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
    // `..` leads to a folder that was already checked.
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

/** Whether nobody but this user and root can replace or remove their files in a folder. */
export function isTrustedFolder(stat: Stats, { userId }: Pick<FileSystem, 'userId'>): boolean {
  if (userId === undefined) return true
  return (
    isOwnedByUserOrRoot(stat, userId) && ((stat.mode & STICKY) !== 0 || !isWritableByOthers(stat, userId))
  )
}

/** Whether a file or folder belongs to this user, and nobody else may write to it. */
export function isPrivate(stat: Stats, { userId }: Pick<FileSystem, 'userId'>): boolean {
  return userId === undefined || (stat.uid === userId && (stat.mode & (GROUP_WRITES | OTHERS_WRITE)) === 0)
}

/** Returns the number of the file descriptor of this process that a path names; undefined for other paths. */
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
 * Whether others may write. By the convention of useradd(8) and adduser(8), a group with the user's ID has no other members,
 * and all files of the user are writable for it.
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
 * @returns false if it cannot be determined, as for a link to itself
 */
export function isWithinFolder(path: string, folder: string): boolean {
  const [real, home] = [realPath(path), realPath(folder)]
  if (real === undefined || home === undefined) return false
  return isWithin(real, home)
}

/** Whether a path is a folder, or below it. Both are absolute, or relative to the same folder; links are not followed. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Resolves all links of a path, even if their target does not exist. Returns undefined if links form a loop. */
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

/** Returns the target of a link; undefined if the path does not exist. */
function linkTarget(path: string): string | 'no link' | undefined {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined) return undefined
    return status.isSymbolicLink() ? readlinkSync(path) : 'no link'
  } catch {
    return 'no link'
  }
}
