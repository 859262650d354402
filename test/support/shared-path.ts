import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Next to the checkout, or next to the parent folder of a worktree. */
const PLACES = [process.env['PINPULL_SHARED'], here('../../../shared'), here('../../../../shared')]

/**
 * A file or folder that all checkouts of the project share and that is part of none of them.
 *
 * @param path relative to the shared folder
 * @returns the absolute path, or undefined if it does not exist
 */
export function sharedPath(path: string): string | undefined {
  return PLACES.filter((place) => place !== undefined)
    .map((place) => join(place, path))
    .find(existsSync)
}
