import { lstatSync, readlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isWithin } from '../../files/trusted-path.ts'
import type { ChangedFiles } from '../io/inputs.ts'

/** What git sees in a checkout: absolute paths, without links. */
export interface SeenByGit {
  readonly root: string
  /** Files and links that have changed. Of a submodule, and of a repository inside this one, git names the folder. */
  readonly changed: ReadonlySet<string>
  /** Files and folders that git ignores, so that it sees no change in them. */
  readonly ignored: ReadonlySet<string>
}

/** Where a path leads. */
interface Place {
  /** Without links. */
  readonly real: string
  /** Whether git names it, a link on the way, or a folder around any of these. */
  readonly isChanged: boolean
}

/**
 * Makes what tells whether a file has changed. A link has if anything has that it leads through, or if git cannot tell, since it does
 * not look at the file behind it: what is applied may be another then.
 */
export function createChangeCheck({ root, changed, ignored }: SeenByGit): ChangedFiles['includes'] {
  const folders = new Map<string, Place>()
  const folderAt = (path: string): Place => {
    const known = folders.get(path)
    if (known !== undefined) return known
    // A loop of links that appears meanwhile ends here. Whoever reads the file finds it, too.
    folders.set(path, { real: path, isChanged: true })
    const place = placeOf(path)
    folders.set(path, place)
    return place
  }
  const placeOf = (path: string): Place => {
    const parent = dirname(path)
    if (parent === path) return { real: path, isChanged: changed.has(path) }
    const folder = folderAt(parent)
    const own = join(folder.real, basename(path))
    const isChanged = folder.isChanged || changed.has(own)
    const target = linkTarget(own)
    if (target === undefined) return { real: own, isChanged }
    const behind = folderAt(resolve(folder.real, target))
    return { real: behind.real, isChanged: isChanged || behind.isChanged }
  }
  const isIgnored = (path: string): boolean =>
    ignored.has(path) || (isWithin(dirname(path), root) && isIgnored(dirname(path)))
  return (path) => {
    const { real, isChanged } = placeOf(path)
    if (isChanged || !isWithin(real, root)) return true
    const isLink = linkTarget(path) !== undefined
    return isLink && isIgnored(real)
  }
}

/** @returns undefined for what is no link */
function linkTarget(path: string): string | undefined {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink ? readlinkSync(path) : undefined
}
