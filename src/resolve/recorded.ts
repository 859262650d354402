import { entryKey, type LockEntry } from '../lock/lock.ts'
import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'

/** A resolver that keeps what it was answered in the form of lock entries. */
export interface RecordedResolver extends Resolver {
  /** One entry for each answer so far, by `entryKey`. */
  readonly entries: ReadonlyMap<string, LockEntry>
}

/**
 * Records the answers of a resolver, for `pinpull lock`.
 *
 * @param resolver who answers
 * @param now the time in milliseconds since 1970
 */
export function recorded(resolver: Resolver, now: () => number): RecordedResolver {
  const entries = new Map<string, LockEntry>()
  return {
    entries,
    async resolve(reference, options) {
      const resolution = await resolver.resolve(reference, options)
      // Whether an image is open to everybody is asked for the sake of a remark, not of an answer.
      if (options.anonymous !== true) {
        const entry = entryOf(reference, options, resolution, now())
        entries.set(entryKey(entry), entry)
      }
      return resolution
    },
  }
}

function entryOf(
  reference: Reference,
  { platform }: ResolveOptions,
  { descriptor, origin }: Resolution,
  time: number,
): LockEntry {
  const { digest, mediaType } = descriptor
  // A registry may say anything; what could not be read back is left out.
  const platforms = (descriptor.platforms ?? []).filter((one) => parsePlatform(formatPlatform(one)))
  return {
    reference: canonicalText(reference),
    ...(platform === undefined ? {} : { platform }),
    digest,
    mediaType,
    ...(platforms.length === 0 ? {} : { platforms }),
    source: origin.from,
    resolvedAt: `${new Date(time).toISOString().slice(0, 19)}Z`,
  }
}
