import { basename } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../diagnostics/errors.ts'
import { type FileSystem, ifThere, realFiles, systemReason } from '../files/file-system.ts'
import { positionAt } from '../yaml/position.ts'
import { readSource, type Source } from '../yaml/source.ts'
import { createLock, type Lock } from './lock.ts'
import { type ParsedLock, parseLock } from './parse.ts'

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

export interface LockFileOptions {
  /** The path as findings show it; `path` itself by default. */
  readonly shown?: string
  readonly files?: FileSystem
}

/**
 * Reads a lock file.
 *
 * @returns an empty lock without a source where there is no file
 * @throws {PinpullError} LOCK_NOT_READ
 */
export function readLockFile(
  path: string,
  { shown = path, files = realFiles }: LockFileOptions = {},
): LockFile {
  const name = basename(path)
  const bytes = readBytes(path, files)
  const empty = { path, name, lock: createLock([]), diagnostics: [] }
  if (bytes === undefined) return empty
  const source = readOrRefuse(bytes, shown)
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
    const args = { reason: `it is not UTF-8: ${error.args['reason']}` }
    return { diagnostics: [{ code: 'LOCK_INVALID', severity: 'error', args, at: { file } }] }
  }
}

function readBytes(path: string, files: FileSystem): Uint8Array | undefined {
  try {
    return ifThere(() => files.readFileSync(path))
  } catch (error) {
    throw new UsageError('LOCK_NOT_READ', { file: path, reason: systemReason(error) }, { cause: error })
  }
}
