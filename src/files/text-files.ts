import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import { errorCode } from './file-system.ts'

/** The port of the rooms that only read files, and need not be done at once. */
export interface TextFiles {
  /**
   * A file's text; undefined where there is none. Rejects where it exists and cannot be read.
   *
   * @param signal ends the wait for what comes through a pipe; its reason is what is thrown then
   */
  readText(path: string, signal?: AbortSignal): Promise<string | undefined>
  /** The names in a folder, sorted; undefined where there is none. Rejects where it exists and cannot be read. */
  list(path: string): Promise<readonly string[] | undefined>
}

/** No file of settings, certificates or credentials is larger, in bytes. */
const MAX_SIZE = 16 * 1024 * 1024

/** How long the writer of a named pipe may take, in milliseconds, and how often it is looked for. */
const PIPE_PATIENCE = 10_000
const PIPE_INTERVAL = 10

/**
 * The machine's own files. They are read at once: what is asked for is small, and mostly not there, and a way through
 * Node's pool of threads takes longer than that. Nothing hangs: a pipe is read for so long as it has a writer, 10 s at
 * most, and no device is read but the empty one.
 */
export const realTextFiles: TextFiles = {
  readText: (path, signal) => unlessMissing(() => readText(path, signal)),
  list: (path) => unlessMissing(async () => readdirSync(path).sort()),
}

async function readText(path: string, signal?: AbortSignal): Promise<string> {
  // Opening a pipe that nobody writes to would wait for somebody who does.
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const status = fstatSync(handle)
    if (status.isDirectory()) throw systemError('EISDIR', 'illegal operation on a directory')
    if (status.size > MAX_SIZE) throw systemError('EFBIG', 'file too large')
    if (status.isFile()) return readFileSync(handle, 'utf8')
    if (status.isFIFO()) return await readPipe(handle, signal)
    if (status.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return ''
    throw systemError('ENODEV', 'not a regular file')
  } finally {
    closeSync(handle)
  }
}

/** Reads a named pipe, or one that a shell has put in the place of a file: `<(command)`. */
async function readPipe(handle: number, signal?: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const end = performance.now() + PIPE_PATIENCE
  const buffer = Buffer.alloc(65_536)
  while (performance.now() < end) {
    signal?.throwIfAborted()
    const read = readNow(handle, buffer)
    if (read === 0) return Buffer.concat(chunks).toString('utf8')
    if (read === undefined) await new Promise((resolve) => setTimeout(resolve, PIPE_INTERVAL))
    else {
      size += read
      if (size > MAX_SIZE) throw systemError('EFBIG', 'file too large')
      chunks.push(Buffer.from(buffer.subarray(0, read)))
    }
  }
  throw systemError('ETIMEDOUT', 'nothing more came through the pipe')
}

/** How many bytes there were to read; 0 at the end, undefined where the writer has not written yet. */
function readNow(handle: number, buffer: Buffer): number | undefined {
  try {
    return readSync(handle, buffer, 0, buffer.length, null)
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return undefined
    throw error
  }
}

function systemError(code: string, reason: string): Error {
  return Object.assign(new Error(`${code}: ${reason}`), { code })
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
