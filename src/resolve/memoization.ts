import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import type { Verification, Verifier, VerifyRequest } from '../plan/verifier.ts'
import { canonicalText, type Reference, repositoryName } from '../reference/reference.ts'

/**
 * Wraps a resolver to resolve each distinct reference with the same options once; later calls share the promise, even if
 * it rejects.
 */
export function withMemoization(inner: Resolver): Resolver {
  const resolutions = new Map<string, Promise<Resolution>>()
  return {
    resolve(reference, options) {
      const key = requestKey(reference, options)
      const resolution = resolutions.get(key) ?? inner.resolve(reference, options)
      resolutions.set(key, resolution)
      return resolution
    },
  }
}

function requestKey(reference: Reference, options: ResolveOptions): string {
  const { platform, wantPlatforms = false, anonymous = false, bypassMirrors = false } = options
  const shown = platform === undefined ? '' : formatPlatform(platform)
  return `${canonicalText(reference)} ${shown} ${wantPlatforms} ${anonymous} ${bypassMirrors}`
}

/**
 * Wraps a verifier to verify each distinct digest of a repository by the same rule once; later calls share the promise, even
 * if it rejects.
 */
export function withVerifierMemoization(inner: Verifier): Verifier {
  const byRule = new Map<VerifyRequest['rule'], Map<string, Promise<Verification>>>()
  return {
    verify(request) {
      const { reference, digest, platform, rule } = request
      const known = byRule.get(rule) ?? new Map<string, Promise<Verification>>()
      byRule.set(rule, known)
      // With a platform, the tag leads to the index that names the digest.
      const name = platform === undefined ? repositoryName(reference) : canonicalText(reference)
      const key = `${name} ${digest} ${platform === undefined ? '' : formatPlatform(platform)}`
      const verification = known.get(key) ?? inner.verify(request)
      known.set(key, verification)
      return verification
    },
  }
}

/**
 * A resolver that is created when it is first used, so that a run that resolves nothing does not load its code.
 *
 * @param make creates the resolver; called at most once
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

/**
 * A verifier that is created when it is first used.
 *
 * @param make creates the verifier; called at most once
 */
export function lazyVerifier(make: () => Verifier): Verifier {
  let made: Verifier | undefined
  return {
    verify(request) {
      made ??= make()
      return made.verify(request)
    },
  }
}
