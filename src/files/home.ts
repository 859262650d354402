import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'

/**
 * @returns the user's home folder. In containers the user often has none, is not in the user database, or has the `HOME` of
 *   another user: a folder that may not be entered does not count
 */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const home = env['HOME'] || env['USERPROFILE'] || databaseHome()
  return home === undefined || isInaccessible(home) ? undefined : home
}

function databaseHome(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}

function isInaccessible(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}
