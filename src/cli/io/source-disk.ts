import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { InternalError, UsageError } from '../../diagnostics/errors.ts'
import { errorCode, errorReason, ifExists } from '../../files/file-system.ts'
import { isWithinFolder } from '../../files/trusted-path.ts'
import type { DiskEntry, SourceDisk } from '../../sources/source-disk.ts'
import { beforeEndingSignal } from './ending-signals.ts'

/**
 * The real disk.
 * @param cwd the folder that relative paths begin in
 */
export function realSourceDisk(cwd: string): SourceDisk {
  return {
    cwd,
    read: (path) => reading(path, () => readRegularFile(resolve(cwd, path))),
    list: (path) =>
      reading(path, () =>
        readdirSync(resolve(cwd, path), { withFileTypes: true })
          .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    isWithin: (path, folder) => isWithinFolder(resolve(cwd, path), resolve(cwd, folder)),
    withFolder: async (use) => {
      // Resolved, since some systems have a link there, and programs print the path behind it.
      const path = realpathSync(mkdtempSync(join(tmpdir(), 'pinpull-pin-')))
      const remove = (): void => rmSync(path, { recursive: true, force: true })
      const stopListening = beforeEndingSignal(remove)
      try {
        return await use({ path, write: (name, bytes) => writeBelow(path, name, bytes) })
      } finally {
        stopListening()
        remove()
      }
    },
  }
}

/** A source is much smaller; an image of a disk is no source. */
const MAX_BYTES = 256 * 1024 * 1024

/**
 * A repository can have links to devices, whose contents never end, and what is read here was named by nobody: a pipe or a device
 * counts as no file. It is not even opened, since that can have effects.
 */
function readRegularFile(path: string): Uint8Array | undefined {
  if (!statSync(path).isFile()) return undefined
  // What looks like a file in /proc can block, and what was a file can have become a pipe.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return undefined
    if (stat.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES / 1024 / 1024} MiB`)
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

/** Returns undefined for a path that does not exist, or leads in a circle. */
function reading<T>(path: string, read: () => T): T | undefined {
  try {
    return ifExists(read)
  } catch (error) {
    if (errorCode(error) === 'ELOOP') return undefined
    throw new UsageError('FILE_NOT_READ', { file: path, reason: errorReason(error) }, { cause: error })
  }
}

function kindOf(entry: Dirent): DiskEntry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

function writeBelow(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, name)
  if (relative(folder, path).startsWith('..')) throw new InternalError(`${name} leads out of its folder`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}
