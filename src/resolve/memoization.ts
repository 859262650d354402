import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/** Asks for each distinct thing once, however many ask for it at the same time. Failures are remembered too. */
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
 * A resolver that is made when it is first asked: a run that has no question pays nothing for the code that could answer.
 * @param make is called once at most
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
