import type { CatalogueEntry } from '../entry.ts'

/** Codes about what registries answer. */
export type RegistryCode = 'REGISTRY_UNAVAILABLE'

export const registryCodes: Readonly<Record<RegistryCode, CatalogueEntry>> = {
  REGISTRY_UNAVAILABLE: {
    severity: 'error',
    title: 'The registry could not be reached',
    message: '{image}: {registry} could not be reached: {reason}',
    hint: 'check the host name, the network and the proxy settings',
  },
}
