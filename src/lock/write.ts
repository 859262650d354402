import { UsageError } from '../diagnostics/errors.ts'
import { writeAtomically } from '../files/atomic-file.ts'
import { type FileSystem, realFiles, systemReason } from '../files/file-system.ts'
import type { LockEntry } from './lock.ts'
import type { LockFile } from './lock-file.ts'
import { rewriteLock } from './rewrite.ts'

/** The mode of a new lock file, before the umask: it is committed, and holds no secret. */
const MODE = 0o666

/**
 * Makes a lock file hold the given entries. Where it does already, it is not written at all.
 *
 * @param file as it was read, without diagnostics
 * @returns whether anything was written
 * @throws {UsageError} LOCK_NOT_WRITTEN; the old file is then untouched
 */
export function writeLockFile(
  file: LockFile,
  entries: readonly LockEntry[],
  files: FileSystem = realFiles,
): boolean {
  const bytes = rewriteLock(file.source, file.parsed, entries)
  if (bytes === file.source?.bytes) return false
  try {
    writeAtomically(file.path, bytes, { mode: MODE, keepMode: true, files })
  } catch (error) {
    const args = { file: file.path, reason: systemReason(error) }
    throw new UsageError('LOCK_NOT_WRITTEN', args, { cause: error })
  }
  return true
}
