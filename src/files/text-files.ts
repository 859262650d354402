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
import { errorCode, ifExists } from './file-system.ts'

/** Reads text files and lists folders. */
export interface TextFiles {
  /**
   * Returns the text of a file, or undefined if it does not exist. Rejects if it cannot be read.
   *
   * @param signal stops waiting for a pipe; its reason is thrown
   */
  readText(path: string, signal?: AbortSignal): Promise<string | undefined>
  /** Returns the sorted names in a folder, or undefined if it does not exist. Rejects if it cannot be read. */
  list(path: string): Promise<readonly string[] | undefined>
}

/** The maximum size of a file, in bytes. */
const MAX_SIZE = 16 * 1024 * 1024

/** How long to wait for the writer of a named pipe, and how often to look for data, in milliseconds. */
const PIPE_TIMEOUT = 10_000
const PIPE_INTERVAL = 10

/**
 * The real files. They are read synchronously: they are small and mostly missing, and Node's thread pool takes longer.
 * Reading never hangs: a pipe is read while it has a writer, for 10 s at most, and of all devices only `/dev/null` is read.
 */
export const realTextFiles: TextFiles = {
  readText,
  list: async (path) => ifExists(() => readdirSync(path).sort()),
}

async function readText(path: string, signal?: AbortSignal): Promise<string | undefined> {
  // Without O_NONBLOCK, opening a pipe would wait for a writer.
  const handle = ifExists(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)))
  if (handle === undefined) return undefined
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

/** Reads a named pipe, or a shell's `<(command)`. */
async function readPipe(handle: number, signal?: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const end = performance.now() + PIPE_TIMEOUT
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

/** Returns the number of bytes read: 0 at the end, undefined if there is no data yet. */
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
