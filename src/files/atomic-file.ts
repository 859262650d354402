import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type FileSystem, ifExists, realFiles, writeAll } from './file-system.ts'
import { resolveTrustedPath } from './trusted-path.ts'

export interface AtomicWriteOptions {
  /** The mode of a new file. */
  readonly mode: number
  /**
   * Whether an existing file keeps its mode and owner, and the umask applies to a new one. Otherwise the mode is exactly
   * `mode`.
   */
  readonly keepMode: boolean
  readonly files?: FileSystem
}

/**
 * Replaces a file atomically. Symbolic links that only the user or root can have made are followed and kept
 * (`resolveTrustedPath`).
 *
 * @throws Error if a link is not trusted or the file is not regular; the system's error, such as ENOSPC, EACCES or EROFS
 */
export function writeAtomically(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const { files = realFiles } = options
  replaceFile(resolveTrustedPath(path, files), bytes, options)
}

/**
 * Replaces a file atomically: readers see the old bytes or the new ones, also after a power failure, and one of two
 * concurrent writers wins. The bytes are written to a temporary file in the same folder, which is then renamed. If
 * anything fails, the temporary file is removed and the old one is unchanged.
 *
 * @param path the file; a symbolic link there is replaced, not followed
 * @throws Error if the file is not regular; the system's error
 */
export function replaceFile(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const prepared = prepareFile(path, bytes, options)
  try {
    prepared.commit()
  } catch (error) {
    prepared.discard()
    throw error
  }
}

/** New content of a file, in a temporary file beside it. */
export interface PreparedFile {
  /**
   * Gives the file the new content, in one step. To be called once.
   * @throws the system's error; the file is unchanged then
   */
  readonly commit: () => void
  /** Removes the temporary file. */
  readonly discard: () => void
}

/**
 * Writes the new content of a file to a temporary file in its folder, durably. Its name ends with `.tmp`, so that nothing takes
 * it for a manifest if this process is killed.
 *
 * @param path the file; a symbolic link there is replaced, not followed
 * @throws Error if the file is not regular; the system's error
 */
export function prepareFile(path: string, bytes: Uint8Array, options: AtomicWriteOptions): PreparedFile {
  const { files = realFiles, mode, keepMode } = options
  const before = ifExists(() => files.lstatSync(path))
  // Root could replace `/dev/null` for the whole machine.
  if (before !== undefined && isSpecial(before)) throw new Error('it is not a regular file')
  const temporary = temporaryName(path)
  const discard = (): void => {
    ifExists(() => files.unlinkSync(temporary))
  }
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
  } catch (error) {
    discard()
    throw error
  }
  return {
    discard,
    commit: () => {
      files.renameSync(temporary, path)
      syncFolder(files, dirname(path))
    },
  }
}

/**
 * Whether a file belongs to the user or to the owner of its folder. In `/tmp` another user can have created it, and would
 * then own the new content.
 */
function isOursToKeep(files: FileSystem, path: string, before: Stats): boolean {
  if (!before.isFile()) return false
  return files.userId === undefined || [files.userId, files.lstatSync(dirname(path)).uid].includes(before.uid)
}

/** A pipe, a socket or a device. For a folder, the system reports the error. */
function isSpecial(stat: Stats): boolean {
  return !stat.isFile() && !stat.isSymbolicLink() && !stat.isDirectory()
}

/** An unpredictable name. If it is taken, opening it fails, since the flag `x` only creates files. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
}

/** Copies the mode of the old file, and as root its owner: a container may run as root in a user's checkout. */
function keepStatus(files: FileSystem, handle: number, { mode, uid, gid }: Stats): void {
  if (files.userId === 0) {
    try {
      files.fchownSync(handle, uid, gid)
    } catch {
      // Root without that capability: the file belongs to root.
    }
  }
  files.fchmodSync(handle, mode & 0o777)
}

/** Makes the rename durable. Not possible on Windows, where folders cannot be opened. */
function syncFolder(files: FileSystem, folder: string): void {
  try {
    const handle = files.openSync(folder, 'r')
    try {
      files.fsyncSync(handle)
    } finally {
      files.closeSync(handle)
    }
  } catch {
    // The file is complete either way.
  }
}
