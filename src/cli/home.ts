import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import type { Io } from './io.ts'

/**
 * The user's home. Containers often run as a user without one, without an entry in the user database, or with the
 * `HOME` of another user: a folder that may not be entered is nobody's home.
 */
export function homeOf({ env }: Pick<Io, 'env'>): string | undefined {
  const home = env['HOME'] || env['USERPROFILE'] || homeInDatabase()
  return home === undefined || isForbidden(home) ? undefined : home
}

function homeInDatabase(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}

function isForbidden(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}
