import type { CatalogueEntry } from '../entry.ts'

/** Codes about finding and using credentials. */
export type CredentialCode = 'CREDENTIAL_HELPER_FAILED'

export const credentialCodes: Readonly<Record<CredentialCode, CatalogueEntry>> = {
  CREDENTIAL_HELPER_FAILED: {
    severity: 'error',
    title: 'A credential helper failed',
    message: 'credential helper {helper} failed for {registry}: {reason}',
    hint: 'run it by hand, or remove it from {file}',
  },
}
