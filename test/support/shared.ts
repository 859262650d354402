import { describe, test } from 'vitest'
import { sharedPath } from './shared-path.ts'

/**
 * Declares tests over shared material; where that is absent they are skipped aloud.
 *
 * @param path below the shared folder
 * @param name what the tests are about
 * @param body declares the tests; it is given the absolute path
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
