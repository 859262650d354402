import type { FindBlock, Resolver } from '../plan/resolver.ts'

/**
 * A resolver that refuses what a list of registries blocks, whoever would answer: neither a digest in a lock file or a cache
 * nor a mirror makes an image one that the nodes pull.
 */
export function unlessBlocked(inner: Resolver, blockOf: FindBlock | undefined): Resolver {
  if (blockOf === undefined) return inner
  return {
    async resolve(reference, options) {
      const block = await blockOf(reference)
      if (block !== undefined) throw block
      return await inner.resolve(reference, options)
    },
  }
}
