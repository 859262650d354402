import { constants } from 'node:fs'
import { type FileSystem, ifExists, realFiles } from './file-system.ts'

/** Links are not followed, and named pipes do not block. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a file of a folder that others may have filled: a link is not followed, nothing that is no file is opened, and what is too
 * large is not read.
 *
 * @param maxBytes the size of the largest file
 * @returns undefined if it does not exist
 * @throws Error that says why it was not read; the system's error
 */
export function readRegularFile(
  path: string,
  maxBytes: number,
  files: FileSystem = realFiles,
): Uint8Array | undefined {
  const before = ifExists(() => files.lstatSync(path))
  if (before === undefined) return undefined
  // Checked before opening, since opening some devices has effects.
  if (!before.isFile()) throw new Error(before.isSymbolicLink() ? 'it is a link' : 'it is not a regular file')
  const handle = files.openSync(path, OPEN_FLAGS)
  try {
    const stat = files.fstatSync(handle)
    if (!stat.isFile()) throw new Error('it is not a regular file')
    if (stat.size > maxBytes) throw new Error(`it has ${stat.size} bytes, and at most ${maxBytes} are read`)
    return files.readFileSync(handle)
  } finally {
    files.closeSync(handle)
  }
}
