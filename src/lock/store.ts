import { basename } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { writeAtomically } from '../files/atomic-file.ts'
import { type FileSystem, ifThere, realFiles, systemCode } from '../files/file-system.ts'
import { readSource, type Source } from '../yaml/source.ts'
import { createLock, type Lock, type LockEntry } from './lock.ts'
import { type ParsedLock, parseLock } from './parse.ts'
import { rewriteLock } from './rewrite.ts'

/** The mode of a new lock file, before the umask: it is committed, and holds no secret. */
const MODE = 0o666

/** A lock file as it was read: what it says, and what is needed to write it again with as little change as can be. */
export interface LockFile {
  readonly path: string
  /** The path's last part, for messages. */
  readonly name: string
  readonly lock: Lock
  /** Where anything is wrong with the file, the lock is empty and must not be used or written. */
  readonly diagnostics: readonly Diagnostic[]
  /** Absent where there is no file yet. */
  readonly source?: Source
  readonly parsed?: ParsedLock
}

/**
 * Reads a lock file.
 *
 * @returns an empty lock without a source where there is no file
 * @throws {PinpullError} LOCK_NOT_READ, or INPUT_NOT_UTF8
 */
export function readLockFile(path: string, files: FileSystem = realFiles): LockFile {
  const name = basename(path)
  const bytes = readBytes(path, files)
  if (bytes === undefined) return { path, name, lock: createLock([]), diagnostics: [] }
  const source = readSource(bytes, path)
  const parsed = parseLock(source)
  const isGood = parsed.diagnostics.length === 0
  const lock = createLock(isGood ? parsed.located.map(({ entry }) => entry) : [])
  return { path, name, lock, diagnostics: parsed.diagnostics, source, parsed }
}

/**
 * Makes a lock file hold the given entries. Where it does already, it is not written at all.
 *
 * @param file as it was read, without diagnostics
 * @returns whether anything was written
 * @throws {PinpullError} LOCK_NOT_WRITTEN; the old file is then untouched
 */
export function writeLockFile(
  file: LockFile,
  entries: readonly LockEntry[],
  files: FileSystem = realFiles,
): boolean {
  const bytes = rewriteLock(file.source, file.parsed, entries)
  if (bytes === file.source?.bytes) return false
  try {
    writeAtomically(file.path, bytes, { mode: MODE, keepMode: true, durable: true, files })
  } catch (error) {
    const args = { file: file.path, reason: systemCode(error) }
    throw new PinpullError('LOCK_NOT_WRITTEN', args, { cause: error })
  }
  return true
}

function readBytes(path: string, files: FileSystem): Uint8Array | undefined {
  try {
    return ifThere(() => files.readFileSync(path))
  } catch (error) {
    throw new PinpullError('LOCK_NOT_READ', { file: path, reason: systemCode(error) }, { cause: error })
  }
}
