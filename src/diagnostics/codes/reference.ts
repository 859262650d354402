import type { CatalogueEntry } from '../entry.ts'

/** Codes about image references. */
export const referenceCodes = {
  REFERENCE_INVALID: {
    severity: 'error',
    title: 'Not an image reference',
    message: '"{image}" is not an image reference: {reason}',
    hint: 'correct the image, or exclude this field',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>
