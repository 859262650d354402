export type { Credential, Keychain } from './credentials/keychain.ts'
export { chainKeychains } from './credentials/keychain.ts'
export type { Code } from './diagnostics/catalogue.ts'
export type { Severity } from './diagnostics/catalogue-entry.ts'
export type { Args, Diagnostic, Location, ResourceIdentifier } from './diagnostics/diagnostic.ts'
export { ConfigError, InternalError, PinpullError, UsageError } from './diagnostics/errors.ts'
export {
  BUILTIN_PROFILES,
  type Config,
  type ParseConfigOptions,
  type Profile,
  parseConfig,
} from './library/config.ts'
export { anonymousKeychain, type DockerKeychainOptions, dockerKeychain } from './library/keychains.ts'
export type { Environment } from './library/machine.ts'
export { formatReport } from './library/report.ts'
export {
  lockResolver,
  type Mirror,
  type RegistryResolverOptions,
  registryResolver,
} from './library/resolvers.ts'
export {
  type CheckOptions,
  type CheckResult,
  check,
  type TransformOptions,
  type TransformResult,
  transform,
} from './library/transform.ts'
export { registryVerifier, type Verifier } from './library/verifiers.ts'
export type { Descriptor, PlatformManifest } from './oci/manifest.ts'
export type { Platform } from './oci/platform.ts'
export type { Origin, Resolution, ResolveOptions, Resolver } from './plan/resolver.ts'
export { parseDigest } from './reference/digest.ts'
export { parseReference } from './reference/parse.ts'
export type { Digest, Named, Reference } from './reference/reference.ts'
export { formatHint, formatMessage } from './report/message.ts'
export type {
  ImageEntry,
  Report,
  ReportFormat,
  VerifiedAttestation,
  VerifiedSigner,
} from './report/report.ts'
