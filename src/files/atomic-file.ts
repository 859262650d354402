import { basename, dirname, join } from 'node:path'
import { type FileSystem, ifThere, realFiles, systemCode } from './file-system.ts'

/** More temporary files than that in one folder are no accident. */
const MAX_ATTEMPTS = 1000

export interface AtomicWriteOptions {
  /** The mode of a new file, from which the umask takes away. */
  readonly mode: number
  /** Whether a file that is there already keeps its own mode instead. */
  readonly keepMode: boolean
  /**
   * Whether the bytes must be on the disk before the call returns, so that a power cut leaves the old file or the
   * new one. Not needed for what can be made again.
   */
  readonly durable: boolean
  readonly files?: FileSystem
}

/**
 * Replaces a file as a whole: whoever reads it sees the old bytes or the new ones, and of two writers at once one
 * wins whole. The bytes go to a new file in the same folder, which then takes the name; a symbolic link stays, and
 * what it points to is replaced. On any failure the new file is removed again and the old one is untouched.
 *
 * @throws the system's error, such as ENOSPC, EACCES or EROFS
 */
export function writeAtomically(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const files = options.files ?? realFiles
  const target = ifThere(() => files.realpathSync(path)) ?? path
  const before = options.keepMode ? ifThere(() => files.statSync(target)) : undefined
  const { temporary, handle } = openBeside(files, target, options.mode)
  try {
    try {
      writeWhole(files, handle, bytes)
      if (options.durable) files.fsyncSync(handle)
    } finally {
      files.closeSync(handle)
    }
    if (before !== undefined) files.chmodSync(temporary, before.mode & 0o7777)
    files.renameSync(temporary, target)
  } catch (error) {
    ifThere(() => files.unlinkSync(temporary))
    throw error
  }
  if (options.durable) syncFolder(files, dirname(target))
}

/**
 * Makes a new file in the folder of another. Processes on two machines that share the folder can have one number, and
 * one that was killed can have left its file: then the next name is taken.
 */
function openBeside(files: FileSystem, target: string, mode: number): { temporary: string; handle: number } {
  for (let attempt = 0; ; attempt++) {
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${attempt}.tmp`)
    try {
      return { temporary, handle: files.openSync(temporary, 'wx', mode) }
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || attempt >= MAX_ATTEMPTS) throw error
    }
  }
}

function writeWhole(files: FileSystem, handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += files.writeSync(handle, bytes, done)
}

/** Makes the rename itself durable. Some systems (Windows) open no folders: there it is left to them. */
function syncFolder(files: FileSystem, folder: string): void {
  try {
    const handle = files.openSync(folder, 'r')
    try {
      files.fsyncSync(handle)
    } finally {
      files.closeSync(handle)
    }
  } catch {
    // The file is whole and in place either way.
  }
}
