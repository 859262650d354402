import type { CatalogueEntry } from '../entry.ts'

/** Codes about how Pinpull was called, and about itself. */
export type UsageCode = 'USAGE' | 'DEADLINE_EXCEEDED' | 'INTERNAL'

export const usageCodes: Readonly<Record<UsageCode, CatalogueEntry>> = {
  USAGE: {
    severity: 'error',
    title: 'Wrong usage',
    message: '{reason}',
    hint: 'see pinpull --help',
  },
  DEADLINE_EXCEEDED: {
    severity: 'error',
    title: 'The run took too long',
    message: 'not finished after {timeout}',
    hint: 'raise --timeout, or find out which registry is slow with --verbose',
  },
  INTERNAL: {
    severity: 'error',
    title: 'A defect of Pinpull',
    message: '{reason}',
    hint: 'please report it with the input that caused it; nothing was written',
  },
}
