import type * as node from 'node:fs'
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

/**
 * The functions of `node:fs` that are needed to write files, and the current user. Tests pass one with a full disk, with
 * read-only folders, or with another user.
 */
export interface FileSystem
  extends Pick<
    typeof node,
    | 'chmodSync'
    | 'closeSync'
    | 'fchmodSync'
    | 'fchownSync'
    | 'fstatSync'
    | 'fsyncSync'
    | 'lstatSync'
    | 'mkdirSync'
    | 'openSync'
    | 'readdirSync'
    | 'readFileSync'
    | 'readlinkSync'
    | 'renameSync'
    | 'statSync'
    | 'unlinkSync'
    | 'writeSync'
  > {
  /** The user ID of files that this process creates; undefined on Windows. */
  readonly userId: number | undefined
}

/** The real file system. The functions are listed, since a bundle would copy all of `node:fs` at every start. */
export const realFiles: FileSystem = {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
  userId: process.geteuid?.(),
}

/** Returns the code of a system error, such as `ENOENT`, or the message of another error. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error as NodeJS.ErrnoException).code ?? error.message
}

/** Returns the reason of an error for messages, such as `no such file or directory (ENOENT)`. */
export function errorReason(error: unknown): string {
  const code = errorCode(error)
  if (!(error instanceof Error) || !error.message.startsWith(`${code}: `)) return code
  const [words = ''] = error.message.slice(code.length + 2).split(', ')
  return `${words} (${code})`
}

/** Calls a function on a file. Returns undefined if the file does not exist; other errors are thrown. */
export function ifExists<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/**
 * Whether a path leads to a named pipe. A file that the user did not name must not be one: reading it could block
 * forever.
 */
export function isNamedPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO()
  } catch {
    return false
  }
}

/** The pause before a pipe is tried again, in milliseconds. */
const PAUSE = 2

/**
 * Writes all bytes, repeating partial writes.
 *
 * @throws the system's error
 */
export function writeAll(files: Pick<FileSystem, 'writeSync'>, handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += retryWhileBusy(() => files.writeSync(handle, bytes, done, bytes.length - done))
  }
}

/**
 * Calls a function that reads or writes, and repeats it on EAGAIN, which a pipe returns if another process made it
 * non-blocking.
 *
 * @returns the number of bytes; 0 at the end
 * @throws the system's error
 */
export function retryWhileBusy(call: () => number): number {
  for (;;) {
    try {
      return call()
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
    }
  }
}
