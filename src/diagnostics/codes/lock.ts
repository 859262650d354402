import type { CatalogueEntry } from '../entry.ts'

/** Codes about the lock file and the cache. */
export const lockCodes = {
  LOCK_MISSING_ENTRY: {
    severity: 'error',
    title: 'The lock file does not hold this image',
    message: '{image} is not in the lock file {file}',
    hint: 'run pinpull lock where the registry can be reached, and commit the result',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>
