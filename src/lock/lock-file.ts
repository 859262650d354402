import { basename } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../diagnostics/errors.ts'
import { replaceFile } from '../files/atomic-file.ts'
import { errorReason, type FileSystem, ifExists, realFiles } from '../files/file-system.ts'
import { type MutexOptions, withMutex } from '../files/mutex.ts'
import { resolveTrustedPath } from '../files/trusted-path.ts'
import { positionAt } from '../yaml/position.ts'
import { readSource, type Source } from '../yaml/source.ts'
import { type AppliedChange, applyChange, createLock, type Lock, type LockChange } from './lock.ts'
import { type ParsedLock, parseLock } from './parse.ts'
import { rewriteLock } from './rewrite.ts'
import { missingObjects, removeUnusedObjects, type StoredObjects, writeObjects } from './signature-store.ts'

/** A lock file, and what is needed to change it with as few edits as possible. */
export interface LockFile {
  readonly path: string
  /** The last part of the path, for messages. */
  readonly name: string
  readonly lock: Lock
  /** If there is any, the lock is empty and must not be used or written. */
  readonly diagnostics: readonly Diagnostic[]
  /** Absent if the file does not exist. */
  readonly source?: Source
  readonly parsed?: ParsedLock
}

export interface LockFileOptions {
  /** The path in diagnostics; `path` by default. */
  readonly displayPath?: string
  readonly files?: FileSystem
}

/**
 * Reads a lock file.
 *
 * @returns an empty lock without a source if the file does not exist
 * @throws {UsageError} LOCK_NOT_READ
 */
export function readLockFile(
  path: string,
  { displayPath = path, files = realFiles }: LockFileOptions = {},
): LockFile {
  const name = basename(path)
  const bytes = readBytes(path, files)
  const empty = { path, name, lock: createLock([]), diagnostics: [] }
  if (bytes === undefined) return empty
  const source = readOrRefuse(bytes, displayPath)
  if ('diagnostics' in source) return { ...empty, ...source }
  const parsed = parseLock(source)
  const isGood = parsed.diagnostics.length === 0
  const entries = isGood ? parsed.located.map(({ entry }) => entry) : []
  const lock = createLock(entries, (entry) => {
    const located = parsed.located.find((one) => one.entry === entry)
    return located && positionAt(source, located.node.start).line
  })
  return { path, name, lock, diagnostics: parsed.diagnostics, source, parsed }
}

function readOrRefuse(bytes: Uint8Array, file: string): Source | Pick<LockFile, 'diagnostics'> {
  try {
    return readSource(bytes, file)
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    const args = { reason: `it is not UTF-8: ${error.args['reason']}; ${error.args['advice']}` }
    return { diagnostics: [{ code: 'LOCK_INVALID', severity: 'error', args, at: { file, ...error.at } }] }
  }
}

function readBytes(path: string, files: FileSystem): Uint8Array | undefined {
  try {
    return ifExists(() => files.readFileSync(path))
  } catch (error) {
    throw new UsageError('LOCK_NOT_READ', { file: path, reason: errorReason(error) }, { cause: error })
  }
}

/** The mode of a new lock file, before the umask is applied: it contains no secrets. */
const MODE = 0o666

export interface LockWriteOptions extends Omit<MutexOptions, 'files'> {
  readonly files?: FileSystem
  /** The signatures that new entries name. Those of entries that another run was faster to add are left out. */
  readonly objects?: StoredObjects
}

/** The changes that took effect, and whether the file was written. */
export interface LockWriteResult extends AppliedChange {
  readonly isFileChanged: boolean
}

/**
 * Changes a lock file. It is read again under a mutex, so that entries that another run has added are kept. If nothing
 * changes, the file is not written.
 *
 * The signatures that it names are written before it, and those that nothing names any more are removed after it.
 *
 * @param file a file without diagnostics
 * @throws {UsageError} LOCK_NOT_WRITTEN; the old file is then unchanged
 */
export async function writeLockFile(
  file: LockFile,
  change: LockChange,
  options: LockWriteOptions,
): Promise<LockWriteResult> {
  const { files = realFiles, objects = new Map() } = options
  const planned = planWrite(file, change)
  const unchanged = { ...planned.applied, isFileChanged: false }
  if (planned.bytes === undefined && objects.size === 0) return unchanged
  try {
    const path = resolveTrustedPath(file.path, files)
    const missing = missingObjects(path, planned.applied.entries, objects, files)
    if (planned.bytes === undefined && missing.size === 0) return unchanged
    return await withMutex(path, { ...options, files }, () => {
      const current = readLockFile(file.path, { files })
      if (current.diagnostics.length > 0) throw new Error('it was changed meanwhile, and cannot be read now')
      const { applied, bytes } = planWrite(current, change)
      const undo = writeObjects(path, missingObjects(path, applied.entries, objects, files), files)
      try {
        if (bytes !== undefined) replaceFile(path, bytes, { mode: MODE, keepMode: true, files })
      } catch (error) {
        undo()
        throw error
      }
      removeUnusedObjects(path, applied.entries, files)
      return { ...applied, isFileChanged: bytes !== undefined }
    })
  } catch (error) {
    const args = { file: file.path, reason: reasonOf(error) }
    throw new UsageError('LOCK_NOT_WRITTEN', args, { cause: error })
  }
}

/** Computes the new content of the file; no bytes if it does not change. */
function planWrite(
  { lock, source, parsed }: LockFile,
  change: LockChange,
): { readonly applied: AppliedChange; readonly bytes: Uint8Array | undefined } {
  const applied = applyChange(lock.entries, change)
  const bytes = rewriteLock(source, parsed, applied.entries)
  return { applied, bytes: bytes === source?.bytes ? undefined : bytes }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof PinpullError)) return errorReason(error)
  if (error.code === 'DEADLINE_EXCEEDED')
    return `another run was still writing it after ${error.args['timeout']}`
  return String(error.args['reason'] ?? error.code)
}
