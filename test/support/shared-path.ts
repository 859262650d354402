import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Beside the checkout, or beside the folder that a worktree stands in. */
const PLACES = [process.env['PINPULL_SHARED'], here('../../../shared'), here('../../../../shared')]

/**
 * A file or folder of the material that is shared between the project's checkouts and not part of any.
 *
 * @param path below that folder
 * @returns absent where it is not there
 */
export function sharedPath(path: string): string | undefined {
  return PLACES.filter((place) => place !== undefined)
    .map((place) => join(place, path))
    .find(existsSync)
}
