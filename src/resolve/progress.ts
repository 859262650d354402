import type { Resolver } from '../plan/resolver.ts'
import { canonicalText } from '../reference/reference.ts'

/**
 * Wraps a resolver to report progress: after each distinct reference that is requested, resolved or failed.
 *
 * @param onProgress called with the number of those that are resolved or failed, and of all so far
 */
export function withProgress(
  inner: Resolver,
  onProgress: (resolved: number, total: number) => void,
): Resolver {
  const isSettled = new Map<string, boolean>()
  let settled = 0
  const settle = (key: string): void => {
    if (isSettled.get(key) === true) return
    isSettled.set(key, true)
    settled++
    onProgress(settled, isSettled.size)
  }
  return {
    async resolve(reference, options) {
      const key = canonicalText(reference)
      if (!isSettled.has(key)) {
        isSettled.set(key, false)
        onProgress(settled, isSettled.size)
      }
      try {
        return await inner.resolve(reference, options)
      } finally {
        settle(key)
      }
    },
  }
}
