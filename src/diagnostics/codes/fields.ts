import type { CatalogueEntry } from '../entry.ts'

/** Codes about places in a manifest that hold, or seem to hold, an image. */
export type FieldCode = 'IMAGE_PLACEHOLDER'

export const fieldCodes: Readonly<Record<FieldCode, CatalogueEntry>> = {
  IMAGE_PLACEHOLDER: {
    severity: 'warning',
    title: 'A placeholder stands where an image should',
    message: '"{image}" is a placeholder ({placeholder}) and is left as it is',
    hint: 'run Pinpull after the step that fills it in, if it is to be pinned',
  },
}
