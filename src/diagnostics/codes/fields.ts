import type { CatalogueEntry } from '../entry.ts'

/** Codes about places in a manifest that hold, or seem to hold, an image. */
export const fieldCodes = {
  IMAGE_PLACEHOLDER: {
    severity: 'warning',
    title: 'A placeholder stands where an image should',
    message: '"{image}" is a placeholder ({placeholder}) and is left as it is',
    hint: 'run Pinpull after the step that fills it in, if it is to be pinned',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>
