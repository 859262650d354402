import { lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'

/**
 * Whether a path lies in a folder when every symbolic link on the way is followed, in both of them.
 *
 * @param path absolute; its last parts need not be there yet
 * @param folder absolute
 * @returns false where that cannot be told, as for a link to nothing
 */
export function liesWithin(path: string, folder: string): boolean {
  const [real, home] = [realPath(path), realPath(folder)]
  if (real === undefined || home === undefined) return false
  return real === home || real.startsWith(home.endsWith(sep) ? home : home + sep)
}

/** A path without links; of one that is not there, the part that is, and the rest as it stands. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    if (parent === path || isThere(path)) return undefined
    const real = realPath(parent)
    return real === undefined ? undefined : join(real, basename(path))
  }
}

/** Whether there is anything of that name, be it a link to nothing. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}
