import type { CatalogueEntry } from '../entry.ts'

/** Codes about finding and using credentials. */
export const credentialCodes = {
  CREDENTIAL_HELPER_FAILED: {
    severity: 'error',
    title: 'A credential helper failed',
    message: 'credential helper {helper} failed for {registry}: {reason}',
    hint: 'run it by hand, or remove it from {file}',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>
