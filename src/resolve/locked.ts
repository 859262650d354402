import { PinpullError } from '../diagnostics/errors.ts'
import type { Lock, LockEntry } from '../lock/lock.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Resolution, Resolver } from '../plan/resolver.ts'
import { canonicalText } from '../reference/reference.ts'

/**
 * A resolver that answers from a lock.
 *
 * @param lock the lock
 * @param file its name, for messages and as the origin of its answers
 * @param fallback who is asked for what the lock does not hold. Without one nothing but the lock ever answers: no
 *   socket is opened, and what is missing fails with LOCK_MISSING_ENTRY
 */
export function locked(lock: Lock, file: string, fallback?: Resolver): Resolver {
  return {
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

function resolutionOf(entry: LockEntry, file: string, lock: Lock): Resolution {
  const { digest, mediaType, platforms } = entry
  const descriptor = { mediaType, digest, ...(platforms === undefined ? {} : { platforms }) }
  const origin = {
    kind: 'lock' as const,
    from: file,
    // Worked out only where there is something to say of the entry.
    get line() {
      return lock.lineOf(entry)
    },
  }
  return { descriptor, origin }
}
