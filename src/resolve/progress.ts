import type { Resolver } from '../plan/resolver.ts'
import type { Verifier } from '../plan/verifier.ts'
import { canonicalText, repositoryName } from '../reference/reference.ts'

/** Takes the number of images that are done or failed, and of all so far. */
export type OnProgress = (done: number, total: number) => void

/** Wraps a resolver to report progress: after each distinct reference that is requested, resolved or failed. */
export function withProgress(inner: Resolver, onProgress: OnProgress): Resolver {
  const count = counter(onProgress)
  return {
    resolve: (reference, options) => count(canonicalText(reference), () => inner.resolve(reference, options)),
  }
}

/** Wraps a verifier to report progress: after each distinct digest of a repository that is requested, verified or failed. */
export function withVerifierProgress(inner: Verifier, onProgress: OnProgress): Verifier {
  const count = counter(onProgress)
  return {
    verify: (request) =>
      count(`${repositoryName(request.reference)}@${request.digest}`, () => inner.verify(request)),
  }
}

/** Counts the tasks of each key as one. */
function counter(onProgress: OnProgress): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const isSettled = new Map<string, boolean>()
  let settled = 0
  const settle = (key: string): void => {
    if (isSettled.get(key) === true) return
    isSettled.set(key, true)
    settled++
    onProgress(settled, isSettled.size)
  }
  return async (key, task) => {
    if (!isSettled.has(key)) {
      isSettled.set(key, false)
      onProgress(settled, isSettled.size)
    }
    try {
      return await task()
    } finally {
      settle(key)
    }
  }
}
