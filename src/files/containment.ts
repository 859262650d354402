import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'

/**
 * Whether a path lies in a folder once all symbolic links in both are followed.
 *
 * @param path absolute; its last parts need not exist yet
 * @param folder absolute
 * @returns false if that cannot be determined, as for a link to itself
 */
export function liesWithin(path: string, folder: string): boolean {
  const [real, home] = [realPath(path), realPath(folder)]
  if (real === undefined || home === undefined) return false
  return real === home || real.startsWith(home.endsWith(sep) ? home : home + sep)
}

/** The most links that are followed, as in Linux (`MAXSYMLINKS`). */
const MAX_LINKS = 40

/** A path without links, be they to something or to nothing yet; undefined where links lead round in a circle. */
function realPath(path: string, links: number = MAX_LINKS): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    if (parent === path) return undefined
    const target = linkTarget(path)
    if (target === 'no link') return undefined
    if (target !== undefined) return links === 0 ? undefined : realPath(resolve(parent, target), links - 1)
    const real = realPath(parent, links)
    return real === undefined ? undefined : join(real, basename(path))
  }
}

/** Where a link leads; undefined where there is nothing of that name. */
function linkTarget(path: string): string | 'no link' | undefined {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined) return undefined
    return status.isSymbolicLink() ? readlinkSync(path) : 'no link'
  } catch {
    return 'no link'
  }
}
