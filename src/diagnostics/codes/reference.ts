import type { CatalogueEntry } from '../entry.ts'

/** Codes about image references. */
export type ReferenceCode = 'REFERENCE_INVALID'

export const referenceCodes: Readonly<Record<ReferenceCode, CatalogueEntry>> = {
  REFERENCE_INVALID: {
    severity: 'error',
    exit: 'finding',
    title: 'Not an image reference',
    message: '"{image}" is not an image reference: {reason}',
    hint: 'correct the image, or exclude this field',
  },
}
