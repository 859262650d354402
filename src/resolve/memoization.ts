import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/** A resolver that resolves each distinct request once, even concurrent ones. Errors are kept, too. */
export function withMemoization(inner: Resolver): Resolver {
  const asked = new Map<string, Promise<Resolution>>()
  return {
    resolve(reference, options) {
      const key = questionKey(reference, options)
      const answer = asked.get(key) ?? inner.resolve(reference, options)
      asked.set(key, answer)
      return answer
    },
  }
}

function questionKey(reference: Reference, options: ResolveOptions): string {
  const { platform, wantPlatforms = false, anonymous = false, bypassMirrors = false } = options
  const shown = platform === undefined ? '' : formatPlatform(platform)
  return `${canonicalText(reference)} ${shown} ${wantPlatforms} ${anonymous} ${bypassMirrors}`
}

/**
 * A resolver that is created for the first request, so that a run without requests does not load its code.
 *
 * @param make called once at most
 */
export function lazyResolver(make: () => Promise<Resolver>): Resolver {
  let made: Promise<Resolver> | undefined
  return {
    resolve: async (reference, options) => {
      made ??= make()
      return (await made).resolve(reference, options)
    },
  }
}
