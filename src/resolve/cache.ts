import type { Cache } from '../cache/cache.ts'
import type { CachedAnswer } from '../cache/cache-file.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/**
 * Answers from the cache what was asked a short while ago. Only tags are cached: what a digest names is checked
 * where that is asked for, and then for real.
 *
 * @param resolver who is asked for the rest
 * @param cache the caller saves it when the run is over
 * @param route what decides who is asked (mirrors and other registry settings): answers given by another route
 *   than this one are not used
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

/** What is kept of an answer; undefined for one that no registry gave. */
function answerOf({ descriptor, origin }: Resolution): Omit<CachedAnswer, 'at'> | undefined {
  const { kind, from, credential } = origin
  if (kind !== 'registry' && kind !== 'mirror') return undefined
  return { ...descriptor, from, ...(credential === undefined ? {} : { credential }) }
}
