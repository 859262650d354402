import type { FileSystem } from './file-system.ts'

/** How long to wait for a pipe that is full or empty, in milliseconds. */
const PAUSE = 2

/**
 * Writes all bytes, repeating partial writes.
 *
 * @throws the system's error
 */
export function writeWhole(files: Pick<FileSystem, 'writeSync'>, handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += retrying(() => files.writeSync(handle, bytes, done, bytes.length - done))
  }
}

/**
 * Reads or writes once, and waits on EAGAIN: a pipe that another process made non-blocking answers so instead of
 * waiting.
 *
 * @returns the number of bytes; 0 at the end
 * @throws the system's error
 */
export function retrying(call: () => number): number {
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
