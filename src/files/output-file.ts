import { constants, type Stats } from 'node:fs'
import { replaceFile } from './atomic-file.ts'
import { errorCode, type FileSystem, ifExists, realFiles, writeAll } from './file-system.ts'
import { fileDescriptorOf, resolveTrustedPath } from './trusted-path.ts'

/** The mode of a new file, before the umask is applied. */
const MODE = 0o666

/** Error codes for a folder in which no file can be created, or a file that cannot be replaced. */
const NO_REPLACING = ['EACCES', 'EPERM', 'EROFS', 'EBUSY']

/**
 * Writes a file that the user named, such as a report.
 *
 * A regular file is replaced atomically, also through trusted links (`atomic-file.ts`). What cannot be replaced is written
 * in place: a descriptor (`/dev/stdout`, a shell's `>(…)`), a device or named pipe of the user or root, and a file of the
 * user that cannot be renamed over, such as one that is mounted into a container.
 *
 * @throws Error if the file may not be written to; the system's error
 */
export function writeOutputFile(path: string, bytes: Uint8Array, files: FileSystem = realFiles): void {
  const target = resolveTrustedPath(path, files)
  const descriptor = fileDescriptorOf(target)
  if (descriptor !== undefined) {
    writeAll(files, descriptor, bytes)
    return
  }
  // `lstat` would report the link of another process's descriptor.
  const before = ifExists(() => files.statSync(target))
  if (before !== undefined && !before.isFile() && !before.isDirectory()) {
    if (!isOwnOrRoots(before, files)) throw new Error('it is a pipe or a device of another user')
    writeInPlace(target, bytes, files)
    return
  }
  try {
    replaceFile(target, bytes, { mode: MODE, keepMode: true, files })
  } catch (error) {
    if (before === undefined || !mayWriteInPlace(before, error, files)) throw error
    writeInPlace(target, bytes, files)
  }
}

/** Whether `writeOutputFile` would replace a regular file that exists: not a descriptor, a device or a pipe. */
export function isReplaceable(path: string, files: FileSystem = realFiles): boolean {
  try {
    const target = resolveTrustedPath(path, files)
    return fileDescriptorOf(target) === undefined && files.lstatSync(target).isFile()
  } catch {
    return false
  }
}

/** Whether a file that cannot be replaced may be written in place. Not if it has several hard links. */
function mayWriteInPlace(before: Stats, error: unknown, { userId }: FileSystem): boolean {
  return (
    NO_REPLACING.includes(errorCode(error)) && before.isFile() && before.nlink === 1 && before.uid === userId
  )
}

function isOwnOrRoots({ uid }: Stats, { userId }: FileSystem): boolean {
  return userId === undefined || uid === userId || uid === 0
}

function writeInPlace(path: string, bytes: Uint8Array, files: FileSystem): void {
  const handle = files.openSync(path, constants.O_WRONLY | constants.O_TRUNC)
  try {
    writeAll(files, handle, bytes)
  } finally {
    files.closeSync(handle)
  }
}
