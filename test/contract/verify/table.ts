import type { Row } from './row.ts'
import { attestationRows } from './rows/attestations.ts'
import { indexRows } from './rows/indexes.ts'
import { keylessRows } from './rows/keyless.ts'
import { signatureRows } from './rows/signatures.ts'
import { tamperedBundleRows, tamperedLayerRows } from './rows/tampered.ts'

/** A row in one of its registries. */
export interface Case {
  readonly row: Row
  readonly registry: 'fallback' | 'native'
  readonly index: number
}

/** Everything that cosign and Pinpull are compared by. */
export const ROWS: readonly Row[] = [
  ...signatureRows,
  ...indexRows,
  ...attestationRows,
  ...tamperedBundleRows,
  ...tamperedLayerRows,
  ...keylessRows,
]

export const CASES: readonly Case[] = ROWS.flatMap((row) =>
  (row.registries ?? (['fallback'] as const)).map((registry) => ({ row, registry })),
).map((one, index) => ({ ...one, index }))
