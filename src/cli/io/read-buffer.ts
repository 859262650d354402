import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { retryWhileBusy } from '../../files/file-system.ts'

/** The least number of bytes to allocate. */
const MIN_BUFFER = 1 << 16

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
   * @throws the error of the system
   */
  readonly read: (path: string) => ReadFile
}

export function createReadBuffer(): ReadBuffer {
  let buffer: Buffer | undefined
  return {
    read(path) {
      const fd = openSync(path, 'r')
      try {
        const status = fstatSync(fd)
        const { bytes, memory } = readInto(fd, bufferFor(status.size, buffer))
        buffer = memory
        return { bytes, status }
      } finally {
        closeSync(fd)
      }
    },
  }
}

/** Reads all of a file or pipe. */
export function readAll(fd: number): Uint8Array {
  return readInto(fd, bufferFor(sizeOf(fd))).bytes
}

/** @returns the buffer, or another if it has no room for the size and one byte more, so that the end is found without growing it */
function bufferFor(size: number, buffer?: Buffer): Buffer {
  if (buffer !== undefined && buffer.length > size) return buffer
  return Buffer.allocUnsafeSlow(Math.max(MIN_BUFFER, size + 1))
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
function readInto(fd: number, buffer: Buffer): { bytes: Uint8Array; memory: Buffer } {
  let memory = buffer
  let length = 0
  for (;;) {
    if (length === memory.length) memory = grown(memory)
    const read = retryWhileBusy(() => readSync(fd, memory, length, memory.length - length, null))
    if (read === 0) return { bytes: memory.subarray(0, length), memory }
    length += read
  }
}

function grown(buffer: Buffer): Buffer {
  const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
  buffer.copy(larger)
  return larger
}
