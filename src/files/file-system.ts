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
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

/**
 * The part of a file system that the rooms which keep files need, and the user that it is used as. `node:fs` is one; a
 * test passes another whose disk is full, whose folders are read-only, or whose user is somebody else.
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
    | 'readFileSync'
    | 'readlinkSync'
    | 'renameSync'
    | 'statSync'
    | 'unlinkSync'
    | 'writeSync'
  > {
  /** The number of the user that files belong to which this process makes; undefined where the system has none (Windows). */
  readonly userId: number | undefined
}

/** The machine's own file system. Each function by name: a bundle would copy all of `node:fs` at every start. */
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
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
  userId: process.geteuid?.(),
}

/** The system's code of an error, such as `ENOENT`; its message where it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error as NodeJS.ErrnoException).code ?? error.message
}

/** What the system has to say of an error, for people: `no such file or directory (ENOENT)`. */
export function errorReason(error: unknown): string {
  const code = errorCode(error)
  if (!(error instanceof Error) || !error.message.startsWith(`${code}: `)) return code
  const [words = ''] = error.message.slice(code.length + 2).split(', ')
  return `${words} (${code})`
}

/** Runs a read and gives undefined where the file is not there; other errors are thrown. */
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
 * Whether a path leads to a named pipe. A file that was only found must not be one: to read it is to wait for whoever writes
 * to it, past every deadline.
 */
export function isNamedPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO()
  } catch {
    return false
  }
}

/** How long to wait for a pipe that is full or empty, in milliseconds. */
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
 * Reads or writes once, and waits on EAGAIN: a pipe that another process made non-blocking answers so instead of
 * waiting.
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
