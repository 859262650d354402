import {
  type Dirent,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { InternalError, UsageError } from '../../diagnostics/errors.ts'
import { errorCode, errorReason, ifExists } from '../../files/file-system.ts'
import type { DiskEntry, SourceDisk } from '../../sources/source-disk.ts'

/**
 * The real disk.
 * @param cwd the folder that relative paths begin in
 */
export function realSourceDisk(cwd: string): SourceDisk {
  return {
    cwd,
    read: (path) => reading(path, () => readFileSync(resolve(cwd, path)), 'EISDIR'),
    list: (path) =>
      reading(path, () =>
        readdirSync(resolve(cwd, path), { withFileTypes: true })
          .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    withFolder: async (use) => {
      // Resolved, since some systems have a link there, and programs print the path behind it.
      const path = realpathSync(mkdtempSync(join(tmpdir(), 'pinpull-pin-')))
      try {
        return await use({ path, write: (name, bytes) => writeBelow(path, name, bytes) })
      } finally {
        rmSync(path, { recursive: true, force: true })
      }
    },
  }
}

/** Returns undefined for a path that does not exist, or is something else. */
function reading<T>(path: string, read: () => T, ...absent: readonly string[]): T | undefined {
  try {
    return ifExists(read)
  } catch (error) {
    if (absent.includes(errorCode(error))) return undefined
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
