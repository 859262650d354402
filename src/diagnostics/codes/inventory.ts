import type { CatalogueEntry } from '../entry.ts'

/** Codes about lists of images, and what is made of them. */
export type InventoryCode = 'PREPULL_LEFT_OUT'

export const inventoryCodes: Readonly<Record<InventoryCode, CatalogueEntry>> = {
  PREPULL_LEFT_OUT: {
    severity: 'warning',
    exit: 'finding',
    title: 'An image that cannot be pulled ahead',
    message: '"{image}" is for no Linux node, and is not pulled ahead',
    hint: 'load it onto its nodes by other means, or let them pull it when they need it',
  },
}
