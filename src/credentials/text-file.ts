import { readFile } from 'node:fs/promises'

/**
 * Reads a text file for real.
 *
 * @returns undefined where there is none
 * @throws the file system's own error where it exists and cannot be read
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
