import type { CatalogueEntry, ExitClass } from './catalogue-entry.ts'
import { type ConfigCode, configCodes } from './codes/config.ts'
import { type CredentialCode, credentialCodes } from './codes/credentials.ts'
import { type GuardCode, guardCodes } from './codes/guard.ts'
import { type HostCode, hostCodes } from './codes/hosts.ts'
import { type ImageCode, imageCodes } from './codes/images.ts'
import { type InputCode, inputCodes } from './codes/input.ts'
import { type LayoutCode, layoutCodes } from './codes/layout.ts'
import { type LockCode, lockCodes } from './codes/lock.ts'
import { type PolicyCode, policyCodes } from './codes/policy.ts'
import { type RegistryCode, registryCodes } from './codes/registry.ts'
import { type SourceCode, sourceCodes } from './codes/sources.ts'
import { type UsageCode, usageCodes } from './codes/usage.ts'
import { type VerifyCode, verifyCodes } from './codes/verify.ts'

export type Code =
  | InputCode
  | ImageCode
  | PolicyCode
  | RegistryCode
  | CredentialCode
  | LockCode
  | VerifyCode
  | LayoutCode
  | ConfigCode
  | HostCode
  | GuardCode
  | SourceCode
  | UsageCode

/** Once released, a code never changes its meaning. */
const CATALOGUE: Readonly<Record<Code, CatalogueEntry>> = {
  ...inputCodes,
  ...imageCodes,
  ...policyCodes,
  ...registryCodes,
  ...credentialCodes,
  ...lockCodes,
  ...verifyCodes,
  ...layoutCodes,
  ...configCodes,
  ...hostCodes,
  ...guardCodes,
  ...sourceCodes,
  ...usageCodes,
}

/** Every code, in the order of the catalogue. */
export function allCodes(): readonly Code[] {
  return Object.keys(CATALOGUE) as Code[]
}

/** The catalogue's entry for a code. */
export function catalogueEntry(code: Code): CatalogueEntry {
  return CATALOGUE[code]
}

/** The exit class of an error with this code. */
export function exitClassOf(code: Code): ExitClass {
  return CATALOGUE[code].exit
}
