import type { Cache } from '../cache/cache.ts'
import type { CachedAnswer } from '../cache/cache-file.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/**
 * Wraps a resolver to use cached results of tags, and to cache new ones. A reference with a digest is only resolved to
 * verify it, so it always goes to the registry; so do requests with `fresh`, `anonymous` or `bypassMirrors`.
 *
 * @param resolver resolves what is not in the cache
 * @param cache the caller saves it at the end of the run
 * @param route a text that identifies mirrors and other registry settings; results with another one are not used
 */
export function withCache(resolver: Resolver, cache: Cache, route: string): Resolver {
  return {
    async resolve(reference, options) {
      const isCheck = options.fresh === true || options.anonymous === true || options.bypassMirrors === true
      if (reference.digest !== undefined || isCheck) return resolver.resolve(reference, options)
      const key = cacheKey(reference, options, route)
      const known = cache.get(key)
      if (known !== undefined && !(options.wantPlatforms && known.platforms === undefined)) {
        return resolutionOf(known)
      }
      const resolution = await resolver.resolve(reference, options)
      const answer = answerOf(resolution)
      if (answer !== undefined) cache.put(key, answer)
      return resolution
    },
  }
}

function cacheKey(reference: Reference, { platform }: ResolveOptions, route: string): string {
  return [canonicalText(reference), platform === undefined ? '' : formatPlatform(platform), route].join(' ')
}

function resolutionOf({ from, credential, at: _, ...descriptor }: CachedAnswer): Resolution {
  return { descriptor, origin: { kind: 'cache', from, ...(credential === undefined ? {} : { credential }) } }
}

/** The part of a result that is cached; undefined if it is not from a registry. */
function answerOf({ descriptor, origin }: Resolution): Omit<CachedAnswer, 'at'> | undefined {
  const { kind, from, credential } = origin
  if (kind !== 'registry' && kind !== 'mirror') return undefined
  return { ...descriptor, from, ...(credential === undefined ? {} : { credential }) }
}
