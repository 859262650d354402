import { PinpullError, UsageError } from '../diagnostics/errors.ts'
import { replaceFile } from '../files/atomic-file.ts'
import { type FileSystem, realFiles, systemReason } from '../files/file-system.ts'
import { type MutexOptions, withMutex } from '../files/mutex.ts'
import { resolveOwnPath } from '../files/own-path.ts'
import { type AppliedChange, applyChange, type LockChange } from './change.ts'
import { type LockFile, readLockFile } from './lock-file.ts'
import { rewriteLock } from './rewrite.ts'

/** The mode of a new lock file, before the umask: it is committed, and holds no secret. */
const MODE = 0o666

export interface LockWriteOptions extends Omit<MutexOptions, 'files'> {
  readonly files?: FileSystem
}

/** What was written, and whether anything was. */
export interface WrittenChange extends AppliedChange {
  readonly isWritten: boolean
}

/**
 * Changes a lock file. It is read again first, so that what another run has added since stays, and no other run writes it
 * in between. Where nothing changes it is not written at all.
 *
 * @param file as it was read, without diagnostics
 * @throws {UsageError} LOCK_NOT_WRITTEN; the old file is then untouched
 */
export async function writeLockFile(
  file: LockFile,
  change: LockChange,
  options: LockWriteOptions,
): Promise<WrittenChange> {
  const { files = realFiles } = options
  const planned = write(file, change)
  if (planned.bytes === undefined) return { ...planned.applied, isWritten: false }
  try {
    const path = resolveOwnPath(file.path, files)
    return await withMutex(path, { ...options, files }, () => {
      const current = readLockFile(file.path, { files })
      if (current.diagnostics.length > 0) throw new Error('it was changed meanwhile, and cannot be read now')
      const { applied, bytes } = write(current, change)
      if (bytes !== undefined) replaceFile(path, bytes, { mode: MODE, keepMode: true, files })
      return { ...applied, isWritten: bytes !== undefined }
    })
  } catch (error) {
    const args = { file: file.path, reason: reasonOf(error) }
    throw new UsageError('LOCK_NOT_WRITTEN', args, { cause: error })
  }
}

/** What a lock becomes; no bytes where the file is as it should be. */
function write(
  { lock, source, parsed }: LockFile,
  change: LockChange,
): { readonly applied: AppliedChange; readonly bytes: Uint8Array | undefined } {
  const applied = applyChange(lock.entries, change)
  const bytes = rewriteLock(source, parsed, applied.entries)
  return { applied, bytes: bytes === source?.bytes ? undefined : bytes }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof PinpullError)) return systemReason(error)
  if (error.code === 'DEADLINE_EXCEEDED')
    return `another run was still writing it after ${error.args['timeout']}`
  return String(error.args['reason'] ?? error.code)
}
