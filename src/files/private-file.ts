import { constants } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { replaceFile } from './atomic-file.ts'
import { errorCode, type FileSystem, ifExists, realFiles } from './file-system.ts'
import { isPrivate, isTrustedFolder, resolveTrustedPath } from './trusted-path.ts'

/** A link is not followed, and a named pipe that somebody has put there is not waited for. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a file of Pinpull's own, where nobody else can have written it: it belongs to this user, others may not write
 * it, it is a regular file and no link, and so on for the folder that it lies in, up to the root.
 *
 * @param maxBytes a larger file is not read
 * @returns undefined where there is no such file, or not one that can be trusted
 */
export function readPrivateFile(
  path: string,
  maxBytes: number,
  files: FileSystem = realFiles,
): Uint8Array | undefined {
  try {
    const file = join(privateFolder(dirname(path), files), basename(path))
    // Looked at before it is opened: that alone starts something at some devices.
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
 * Writes a file of Pinpull's own, for this user alone. The folders of its path that are missing are made, for the user
 * alone as well. A link at the place of the file is replaced, and what it leads to is left alone.
 *
 * @throws Error with a sentence about the folder that is not used; the system's error
 */
export function writePrivateFile(path: string, bytes: Uint8Array, files: FileSystem = realFiles): void {
  makeFolders(trustedFolder(dirname(path), files), 0o700, files)
  const file = join(privateFolder(dirname(path), files), basename(path))
  replaceFile(file, bytes, { mode: 0o600, keepMode: false, files })
}

/**
 * Makes the folders of a path that are missing, each with one call: Node's own recursive `mkdir` never ends below a
 * folder that has no place for others and says that they do not exist (`/proc`).
 *
 * @param mode of each that is made, whatever the umask
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
      // Another run has been faster.
      if (errorCode(error) === 'EEXIST') continue
      throw error
    }
    files.chmodSync(folder, mode)
  }
}

/**
 * The folder of a private file, without links. Parts of it need not exist.
 * @throws Error where another user can put something else in its place
 */
function trustedFolder(path: string, files: FileSystem): string {
  return resolveTrustedPath(path, files, (folder, stat) => {
    if (!isTrustedFolder(stat, files)) throw new Error(`${folder} can be changed by other users`)
  })
}

/** @throws Error where the folder is not this user's alone, too */
function privateFolder(path: string, files: FileSystem): string {
  const folder = trustedFolder(path, files)
  const stat = files.lstatSync(folder)
  if (!stat.isDirectory() || !isPrivate(stat, files)) throw new Error(`${folder} is not this user's alone`)
  return folder
}
