import { PinpullError } from '../diagnostics/errors.ts'
import { formatTime } from '../lock/format.ts'
import type { Lock, LockEntry } from '../lock/lock.ts'
import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/**
 * Creates a resolver that uses the digests in a lock file.
 *
 * @param lock the contents of the lock file
 * @param file its name, for messages and as the origin of results
 * @param fallback resolves images without an entry, and all images with `options.fresh`. Without it no network is used,
 *   and images without an entry fail with LOCK_MISSING_ENTRY
 */
export function lockResolver(lock: Lock, file: string, fallback?: Resolver): Resolver {
  return {
    isLocal: fallback === undefined,
    async resolve(reference, options) {
      const entry = lock.find(reference, options.platform)
      const mayAsk = fallback !== undefined && options.fresh === true
      if (entry !== undefined && !mayAsk) return resolutionOf(entry, file, lock)
      if (fallback !== undefined) return fallback.resolve(reference, options)
      const { platform } = options
      const where = platform === undefined ? file : `${file} for ${formatPlatform(platform)}`
      throw new PinpullError('LOCK_MISSING_ENTRY', { image: canonicalText(reference), file: where })
    },
  }
}

/** Makes the resolution of an entry. */
export function resolutionOf(entry: LockEntry, file: string, lock: Lock): Resolution {
  const { digest, mediaType, platforms } = entry
  const descriptor = { mediaType, digest, ...(platforms === undefined ? {} : { platforms }) }
  const origin = {
    kind: 'lock' as const,
    from: file,
    // Computed only for a message about the entry.
    get line() {
      return lock.lineOf(entry)
    },
  }
  return { descriptor, origin }
}

/**
 * Makes an entry from what a registry has answered.
 * @param time when, in milliseconds since 1970
 */
export function entryOf(
  reference: Reference,
  { platform }: ResolveOptions,
  { descriptor, origin }: Resolution,
  time: number,
): LockEntry {
  const { digest, mediaType } = descriptor
  // Platforms that could not be parsed again are left out, since a registry may send anything.
  const platforms = (descriptor.platforms ?? []).filter((one) => parsePlatform(formatPlatform(one)))
  return {
    reference: canonicalText(reference),
    ...(platform === undefined ? {} : { platform }),
    digest,
    mediaType,
    ...(platforms.length === 0 ? {} : { platforms }),
    source: origin.from,
    resolvedAt: formatTime(time),
  }
}
