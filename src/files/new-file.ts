import { type FileSystem, ifExists, realFiles, writeAll } from './file-system.ts'

/**
 * Writes a file that must not exist yet; a link there counts as existing. If writing fails, the file is removed.
 *
 * @throws Error the system's error, such as EEXIST
 */
export function writeNewFile(path: string, bytes: Uint8Array, files: FileSystem = realFiles): void {
  const handle = files.openSync(path, 'wx', 0o666)
  try {
    writeAll(files, handle, bytes)
  } catch (error) {
    ifExists(() => files.unlinkSync(path))
    throw error
  } finally {
    files.closeSync(handle)
  }
}
