import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type FileSystem, ifExists, realFiles, writeAll } from './file-system.ts'
import { resolveTrustedPath } from './trusted-path.ts'

export interface AtomicWriteOptions {
  /** The mode of a new file. */
  readonly mode: number
  /**
   * Whether the file is the user's to share or to hide: a file that is there keeps its mode and its owner, and the umask
   * takes away from the mode of a new one. Otherwise the mode is what `mode` says, whatever the umask.
   */
  readonly keepMode: boolean
  readonly files?: FileSystem
}

/**
 * Replaces a file as a whole, through the symbolic links of the user's own (`resolveOwnPath`): the links stay, and what
 * they lead to is replaced.
 *
 * @throws Error with a sentence about a link that is not followed, or about a file that is no regular one; the system's
 *   error, such as ENOSPC, EACCES or EROFS
 */
export function writeAtomically(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const { files = realFiles } = options
  replaceFile(resolveTrustedPath(path, files), bytes, options)
}

/**
 * Replaces the file of a name as a whole: a reader sees the old bytes or the new ones, of two writers at once one wins
 * whole, and after a power cut it is one of the two as well. The bytes go to a new file in the same folder, which then
 * takes the name. On any failure the new file is removed again and the old one is untouched.
 *
 * @param path of a file, whose last part is no link; one that is put there meanwhile is replaced, and not followed
 * @throws Error with a sentence about a file that is no regular one; the system's error
 */
export function replaceFile(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const { files = realFiles, mode, keepMode } = options
  const before = ifExists(() => files.lstatSync(path))
  // Root can replace `/dev/null`, and everything on the machine would find the file instead.
  if (before !== undefined && isSpecial(before)) throw new Error('it is not a regular file')
  const temporary = temporaryName(path)
  const handle = files.openSync(temporary, 'wx', mode)
  try {
    try {
      writeAll(files, handle, bytes)
      if (!keepMode) files.fchmodSync(handle, mode)
      else if (before !== undefined && isOursToKeep(files, path, before)) keepStatus(files, handle, before)
      files.fsyncSync(handle)
    } finally {
      files.closeSync(handle)
    }
    files.renameSync(temporary, path)
  } catch (error) {
    ifExists(() => files.unlinkSync(temporary))
    throw error
  }
  syncFolder(files, dirname(path))
}

/**
 * Whether a file is the one that was meant: the user's, or that of whoever owns the folder. In `/tmp` another user can have
 * made a file of the name, and would be given what is written.
 */
function isOursToKeep(files: FileSystem, path: string, before: Stats): boolean {
  if (!before.isFile()) return false
  return files.userId === undefined || [files.userId, files.lstatSync(dirname(path)).uid].includes(before.uid)
}

/** A pipe, a socket or a device. That a folder is in the way is for the system to say. */
function isSpecial(stat: Stats): boolean {
  return !stat.isFile() && !stat.isSymbolicLink() && !stat.isDirectory()
}

/** A name that nobody can guess and take first; and where somebody has, the open fails, since it makes a new file only. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
}

/** Gives the new file the mode of the old one, and its owner where root may: in a container it writes a user's checkout. */
function keepStatus(files: FileSystem, handle: number, { mode, uid, gid }: Stats): void {
  if (files.userId === 0) {
    try {
      files.fchownSync(handle, uid, gid)
    } catch {
      // A root without that capability: the file is root's then, as any new one.
    }
  }
  files.fchmodSync(handle, mode & 0o777)
}

/** Makes the rename itself durable. Some systems (Windows) open no folders: there it is left to them. */
function syncFolder(files: FileSystem, folder: string): void {
  try {
    const handle = files.openSync(folder, 'r')
    try {
      files.fsyncSync(handle)
    } finally {
      files.closeSync(handle)
    }
  } catch {
    // The file is whole and in place either way.
  }
}
