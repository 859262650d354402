import { constants } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { replaceFile } from './atomic-file.ts'
import { errorCode, type FileSystem, ifExists, realFiles } from './file-system.ts'
import { isPrivate, isTrustedFolder, resolveTrustedPath } from './trusted-path.ts'

/** Links are not followed, and named pipes do not block. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a file that only this user can have written: it is a regular file that belongs to the user, others may not write
 * it, and the same holds for its folder; folders above it belong to the user or root.
 *
 * @param maxBytes larger files are not read
 * @returns its bytes, or undefined if it does not exist or cannot be trusted
 */
export function readPrivateFile(
  path: string,
  maxBytes: number,
  files: FileSystem = realFiles,
): Uint8Array | undefined {
  try {
    const file = join(privateFolder(dirname(path), files), basename(path))
    // Checked before opening, since opening some devices has effects.
    if (!files.lstatSync(file).isFile()) return undefined
    const handle = files.openSync(file, OPEN_FLAGS)
    try {
      const stat = files.fstatSync(handle)
      if (!stat.isFile() || !isPrivate(stat, files) || stat.size > maxBytes) return undefined
      return files.readFileSync(handle)
    } finally {
      files.closeSync(handle)
    }
  } catch {
    return undefined
  }
}

/**
 * Writes a file with mode 0600 and creates missing folders with mode 0700. A symbolic link at the path is replaced, not
 * followed.
 *
 * @throws Error if a folder on the path is not trusted; the system's error
 */
export function writePrivateFile(path: string, bytes: Uint8Array, files: FileSystem = realFiles): void {
  makeFolders(trustedFolder(dirname(path), files), 0o700, files)
  const file = join(privateFolder(dirname(path), files), basename(path))
  replaceFile(file, bytes, { mode: 0o600, keepMode: false, files })
}

/**
 * Creates missing folders one by one: Node's recursive `mkdir` loops forever below `/proc`.
 *
 * @param mode the mode of each created folder, whatever the umask
 * @throws the system's error
 */
export function makeFolders(path: string, mode: number, files: FileSystem = realFiles): void {
  const missing: string[] = []
  let at = path
  while (ifExists(() => files.statSync(at)) === undefined && dirname(at) !== at) {
    missing.unshift(at)
    at = dirname(at)
  }
  for (const folder of missing) {
    try {
      files.mkdirSync(folder, { mode })
    } catch (error) {
      // Another run created it.
      if (errorCode(error) === 'EEXIST') continue
      throw error
    }
    files.chmodSync(folder, mode)
  }
}

/**
 * Resolves a folder, parts of which need not exist.
 * @throws Error if another user can replace a part of it
 */
function trustedFolder(path: string, files: FileSystem): string {
  return resolveTrustedPath(path, files, (folder, stat) => {
    if (!isTrustedFolder(stat, files)) throw new Error(`${folder} can be changed by other users`)
  })
}

/** Resolves a folder. @throws Error if other users can write to it */
function privateFolder(path: string, files: FileSystem): string {
  const folder = trustedFolder(path, files)
  const stat = files.lstatSync(folder)
  if (!stat.isDirectory() || !isPrivate(stat, files)) throw new Error(`${folder} is not this user's alone`)
  return folder
}
