import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { retryWhileBusy } from '../../files/file-system.ts'

/** How many bytes are allocated for what has no size, such as a pipe. */
const FIRST_BUFFER = 1 << 16

/**
 * In bytes: the text of a source must fit into one string, of which V8's hold 2^29 characters. `readSync` takes lengths modulo 2^32, so that
 * larger files would be read as if they were short, or empty.
 */
const MAX_INPUT = 512_000_000

/** What a file held when it was read. */
export interface ReadFile {
  readonly bytes: Uint8Array
  readonly status: Stats
}

/**
 * Memory for the files of a folder, one after another: it is as large as the largest, and none is allocated for the others.
 */
export interface ReadBuffer {
  /**
   * Reads a file from its beginning to its end.
   * @returns its bytes, which the next call overwrites
   * @throws the error of the system, or one that says that it is too large
   */
  readonly read: (path: string) => ReadFile
}

/** @param limit the largest size of a file, in bytes */
export function createReadBuffer(limit: number = MAX_INPUT): ReadBuffer {
  let buffer: Buffer | undefined
  return {
    read(path) {
      const fd = openSync(path, 'r')
      try {
        const status = fstatSync(fd)
        const { bytes, memory } = readInto(fd, bufferFor(status.size, limit, buffer), limit)
        buffer = memory
        return { bytes, status }
      } finally {
        closeSync(fd)
      }
    },
  }
}

/**
 * Reads all of a file into memory of its own.
 * @throws the error of the system, or one that says that it is too large
 */
export function readWhole(path: string): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    return readAll(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Reads all of an open file or pipe.
 * @param limit the largest size in bytes
 * @throws the error of the system, or one that says that it is too large
 */
export function readAll(fd: number, limit: number = MAX_INPUT): Uint8Array {
  return readInto(fd, bufferFor(sizeOf(fd), limit), limit).bytes
}

/** @returns the buffer, or another if it has no room for the size and one byte more, so that the end is found without growing it */
function bufferFor(size: number, limit: number, buffer?: Buffer): Buffer {
  if (size > limit) throw tooLarge(limit)
  if (buffer !== undefined && buffer.length > size) return buffer
  return Buffer.allocUnsafeSlow(size === 0 ? FIRST_BUFFER : size + 1)
}

/** A pipe has no size. */
function sizeOf(fd: number): number {
  try {
    return fstatSync(fd).size
  } catch {
    return 0
  }
}

/** @returns what was read, and the memory that it is in: a larger one if there was no room */
function readInto(fd: number, buffer: Buffer, limit: number): { bytes: Uint8Array; memory: Buffer } {
  let memory = buffer
  let length = 0
  for (;;) {
    if (length === memory.length) memory = grown(memory)
    const read = retryWhileBusy(() => readSync(fd, memory, length, memory.length - length, null))
    if (read === 0) return { bytes: memory.subarray(0, length), memory }
    length += read
    if (length > limit) throw tooLarge(limit)
  }
}

function tooLarge(limit: number): Error {
  return new Error(`it is larger than ${limit / 1e6} MB, the most that is read`)
}

function grown(buffer: Buffer): Buffer {
  const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
  buffer.copy(larger)
  return larger
}
