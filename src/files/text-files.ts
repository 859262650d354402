import { promises } from 'node:fs'
import { systemCode } from './file-system.ts'

/** The port of the rooms that only read files, and need not be done at once. */
export interface TextFiles {
  /** A file's text; undefined where there is none. Rejects where it exists and cannot be read. */
  readText(path: string): Promise<string | undefined>
  /** The names in a folder, sorted; undefined where there is none. Rejects where it exists and cannot be read. */
  list(path: string): Promise<readonly string[] | undefined>
}

/** The machine's own files. */
export const realTextFiles: TextFiles = {
  readText: (path) => unlessMissing(() => promises.readFile(path, 'utf8')),
  list: (path) => unlessMissing(async () => (await promises.readdir(path)).sort()),
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
