import { resolve } from 'node:path'
import { EMPTY_KEYCHAIN, type Keychain } from '../credentials/keychain.ts'
import { ruleKeychain } from '../credentials/rule-keychain.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { ConfigError, UsageError } from '../diagnostics/errors.ts'
import { homeFolder } from '../files/home.ts'
import { realTextFiles } from '../files/text-files.ts'
import { readLockFile } from '../lock/lock-file.ts'
import type { Resolver } from '../plan/resolver.ts'
import { concurrencyOf } from '../resolve/concurrency.ts'
import { lockResolver as fromLock } from '../resolve/lock-resolver.ts'
import {
  certificateFolders,
  registryResolver as composeResolver,
  type RegistryResolverOptions as RegistrySettings,
} from '../resolve/registry-resolver.ts'
import { VERSION } from '../version.ts'
import { type Config, configFolder, parsedConfig } from './config.ts'
import { type Environment, processEnvironment, runProgram } from './machine.ts'

/** A registry to contact in place of another one. */
export interface Mirror {
  /** The registry that it replaces, such as `docker.io`; `*` for every registry. */
  readonly host: string
  /** Its URL; `http:` means plain HTTP. */
  readonly url: string
}

export interface RegistryResolverOptions {
  /** Where credentials come from; by default every request is anonymous. */
  readonly keychain?: Keychain | undefined
  /** Its `registries` apply: mirrors, certificates, credentials, concurrency. */
  readonly config?: Config | undefined
  /** Contacted instead of the registries that they replace; references keep their names. */
  readonly mirrors?: readonly Mirror[] | undefined
  /** Has the proxy variables and `SSL_CERT_FILE`; by default the environment of the process. */
  readonly env?: Environment | undefined
  /** The `User-Agent` header; by default `pinpull/VERSION`. */
  readonly userAgent?: string | undefined
  /** Receives warnings about registries and credentials. */
  readonly onWarning?: ((warning: Diagnostic) => void) | undefined
}

/**
 * A resolver that requests digests from registries, each distinct reference once: make a new one to see tags that have
 * moved. Nothing is read or sent before it is used.
 */
export function registryResolver(options: RegistryResolverOptions = {}): Resolver {
  return composeResolver(registrySettings(options))
}

/**
 * The settings of the registry client.
 * @internal
 */
export function registrySettings(options: RegistryResolverOptions): RegistrySettings {
  const { mirrors = [], env = processEnvironment(), onWarning = () => {} } = options
  const { keychain = EMPTY_KEYCHAIN, userAgent = `pinpull/${VERSION}` } = options
  const { file, registries = [] } = parsedConfig(options.config) ?? {}
  const folder = configFolder(options.config)
  return {
    mirrors,
    env,
    userAgent,
    warn: onWarning,
    rules: { list: registries, folder },
    certificateFolders: certificateFolders(homeFolder(env)),
    concurrency: concurrencyOf(registries),
    keychain: ruleKeychain({
      rules: registries,
      file: file ?? 'the configuration',
      folder,
      env,
      readFile: realTextFiles.readText,
      run: runProgram,
      fallback: keychain,
      warn: onWarning,
    }),
  }
}

/**
 * A resolver that takes digests from a lock file (docs/lock.md).
 *
 * @param file the path of the lock file, which is read at once
 * @param fallback resolves what the lock file does not have; without it, that fails with LOCK_MISSING_ENTRY and no
 *   registry is ever contacted
 * @throws {UsageError} LOCK_ABSENT, LOCK_NOT_READ
 * @throws {ConfigError} with a diagnostic for everything that is wrong with the file
 */
export function lockResolver(file: string, fallback?: Resolver): Resolver {
  const { lock, diagnostics, source } = readLockFile(resolve(file), { displayPath: file })
  if (diagnostics.length > 0) throw new ConfigError(diagnostics)
  if (source === undefined) throw new UsageError('LOCK_ABSENT', { file })
  return fromLock(lock, file, fallback)
}
