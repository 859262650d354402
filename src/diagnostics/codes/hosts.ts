import type { CatalogueEntry } from '../entry.ts'

/** Codes about the program that Pinpull runs inside. */
export type HostCode = 'OBJECTS_LOST'

export const hostCodes: Readonly<Record<HostCode, CatalogueEntry>> = {
  OBJECTS_LOST: {
    severity: 'error',
    title: 'The output would hold fewer objects than the input',
    message: '{before} objects came in and {after} would go out',
    hint: 'this is a defect of Pinpull; please report it',
  },
}
