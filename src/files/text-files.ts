import { readdirSync, readFileSync } from 'node:fs'
import { systemCode } from './file-system.ts'

/** The port of the rooms that only read files, and need not be done at once. */
export interface TextFiles {
  /** A file's text; undefined where there is none. Rejects where it exists and cannot be read. */
  readText(path: string): Promise<string | undefined>
  /** The names in a folder, sorted; undefined where there is none. Rejects where it exists and cannot be read. */
  list(path: string): Promise<readonly string[] | undefined>
}

/**
 * The machine's own files. They are read at once: what is asked for is small, and mostly not there, and a way through
 * Node's pool of threads takes longer than that.
 */
export const realTextFiles: TextFiles = {
  readText: async (path) => unlessMissing(() => readFileSync(path, 'utf8')),
  list: async (path) => unlessMissing(() => readdirSync(path).sort()),
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
