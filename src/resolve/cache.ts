import type { Cache } from '../cache/cache.ts'
import type { CachedAnswer } from '../cache/cache-file.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/**
 * A resolver that uses cached results. Only tags are cached: digests are looked up only to verify them, which needs
 * the registry.
 *
 * @param resolver resolves what is not cached
 * @param cache saved by the caller at the end of the run
 * @param route identifies mirrors and other registry settings; results from another route are not used
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
