import { describe, test } from 'vitest'
import { sharedPath } from './shared-path.ts'

/**
 * Declares tests over shared material; they are skipped, visibly, if it is absent.
 *
 * @param path relative to the shared folder
 * @param name the subject of the tests
 * @param body declares the tests; it gets the absolute path
 */
export function describeShared(path: string, name: string, body: (absolute: string) => void): void {
  const found = sharedPath(path)
  if (found !== undefined) {
    describe(name, () => body(found))
    return
  }
  console.warn(`skipped: ${name} (there is no ../shared/${path})`)
  describe(name, () => {
    test.skip(`skipped: there is no ../shared/${path}`, () => {})
  })
}
