import type { CatalogueEntry } from '../entry.ts'

/** Codes about what a profile demands of images and pull policies. */
export type PolicyCode = 'IMAGE_MUTABLE'

export const policyCodes: Readonly<Record<PolicyCode, CatalogueEntry>> = {
  IMAGE_MUTABLE: {
    severity: 'warning',
    title: 'A tag that is expected to move',
    message: '"{image}" is {tagKind}: what it names today may differ tomorrow',
    hint: 'name a version in the source manifest',
  },
}
