import { type ConfigCode, configCodes } from './codes/config.ts'
import { type CredentialCode, credentialCodes } from './codes/credentials.ts'
import { type FieldCode, fieldCodes } from './codes/fields.ts'
import { type HostCode, hostCodes } from './codes/hosts.ts'
import { type InputCode, inputCodes } from './codes/input.ts'
import { type InventoryCode, inventoryCodes } from './codes/inventory.ts'
import { type LayoutCode, layoutCodes } from './codes/layout.ts'
import { type LockCode, lockCodes } from './codes/lock.ts'
import { type PolicyCode, policyCodes } from './codes/policy.ts'
import { type ReferenceCode, referenceCodes } from './codes/reference.ts'
import { type RegistryCode, registryCodes } from './codes/registry.ts'
import { type UsageCode, usageCodes } from './codes/usage.ts'
import type { CatalogueEntry } from './entry.ts'

export type Code =
  | InputCode
  | ReferenceCode
  | FieldCode
  | PolicyCode
  | RegistryCode
  | CredentialCode
  | LockCode
  | LayoutCode
  | InventoryCode
  | ConfigCode
  | HostCode
  | UsageCode

/** Every diagnostic code there is. A code, once released, keeps its meaning for good. */
export const CATALOGUE: Readonly<Record<Code, CatalogueEntry>> = {
  ...inputCodes,
  ...referenceCodes,
  ...fieldCodes,
  ...policyCodes,
  ...registryCodes,
  ...credentialCodes,
  ...lockCodes,
  ...layoutCodes,
  ...inventoryCodes,
  ...configCodes,
  ...hostCodes,
  ...usageCodes,
}
