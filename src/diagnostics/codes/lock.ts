import type { CatalogueEntry } from '../entry.ts'

/** Codes about the lock file and the cache. */
export type LockCode = 'LOCK_MISSING_ENTRY'

export const lockCodes: Readonly<Record<LockCode, CatalogueEntry>> = {
  LOCK_MISSING_ENTRY: {
    severity: 'error',
    title: 'The lock file does not hold this image',
    message: '{image} is not in the lock file {file}',
    hint: 'run pinpull lock where the registry can be reached, and commit the result',
  },
}
