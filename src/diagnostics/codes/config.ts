import type { CatalogueEntry } from '../entry.ts'

/** Codes about the configuration. */
export type ConfigCode = 'PROFILE_UNKNOWN'

export const configCodes: Readonly<Record<ConfigCode, CatalogueEntry>> = {
  PROFILE_UNKNOWN: {
    severity: 'error',
    title: 'Unknown profile',
    message: 'there is no profile "{profile}"',
    hint: 'choose one of: {known}',
  },
}
