import type * as node from 'node:fs'
import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

/**
 * What the rooms that keep files need of a file system. `node:fs` is one; a test passes another whose disk is full
 * or whose folders are read-only.
 */
export type FileSystem = Pick<
  typeof node,
  | 'chmodSync'
  | 'closeSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'realpathSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>

/** The machine's own file system. Each function by name: a bundle would copy all of `node:fs` at every start. */
export const realFiles: FileSystem = {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
}

/** The system's code of an error, such as `ENOENT`; its message where it has none. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error as NodeJS.ErrnoException).code ?? error.message
}

/** What the system has to say of an error, for people: `no such file or directory (ENOENT)`. */
export function systemReason(error: unknown): string {
  const code = systemCode(error)
  if (!(error instanceof Error) || !error.message.startsWith(`${code}: `)) return code
  const [words = ''] = error.message.slice(code.length + 2).split(', ')
  return `${words} (${code})`
}

/** Runs a read and gives undefined where the file is not there; other errors are thrown. */
export function ifThere<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
