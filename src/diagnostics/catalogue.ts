import { configCodes } from './codes/config.ts'
import { credentialCodes } from './codes/credentials.ts'
import { fieldCodes } from './codes/fields.ts'
import { hostCodes } from './codes/hosts.ts'
import { inputCodes } from './codes/input.ts'
import { lockCodes } from './codes/lock.ts'
import { policyCodes } from './codes/policy.ts'
import { referenceCodes } from './codes/reference.ts'
import { registryCodes } from './codes/registry.ts'
import { usageCodes } from './codes/usage.ts'
import type { CatalogueEntry } from './entry.ts'

/** Every diagnostic code there is. A code, once released, keeps its meaning for good. */
export const CATALOGUE = {
  ...inputCodes,
  ...referenceCodes,
  ...fieldCodes,
  ...policyCodes,
  ...registryCodes,
  ...credentialCodes,
  ...lockCodes,
  ...configCodes,
  ...hostCodes,
  ...usageCodes,
} as const satisfies Readonly<Record<string, CatalogueEntry>>

export type Code = keyof typeof CATALOGUE
