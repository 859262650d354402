import type { CatalogueEntry } from '../entry.ts'

/** Codes about the configuration. */
export const configCodes = {
  PROFILE_UNKNOWN: {
    severity: 'error',
    title: 'Unknown profile',
    message: 'there is no profile "{profile}"',
    hint: 'choose one of: {known}',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>
