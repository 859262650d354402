import { dirname, resolve } from 'node:path'
import { defaultKeychain } from '../../credentials/default-keychain.ts'
import { namedHelpersKeychain } from '../../credentials/file-keychain.ts'
import { chainKeychains, type Keychain } from '../../credentials/keychain.ts'
import { providerKeychain } from '../../credentials/provider-keychain.ts'
import { pullSecretKeychain } from '../../credentials/pull-secrets.ts'
import { ruleKeychain } from '../../credentials/rule-keychain.ts'
import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import { realTextFiles } from '../../files/text-files.ts'
import { registriesConf } from '../../registry/hosts/registries-conf.ts'
import type { Io } from '../io/io.ts'
import { homeOf, runProcess } from '../io/process.ts'
import type { RegistryFlags } from '../options/flags.ts'
import { configFolder, type RegistryConfig } from './registry-config.ts'

/** Where this run takes credentials from. Nothing is read yet. */
export function buildKeychain(
  flags: RegistryFlags,
  config: RegistryConfig,
  io: Io,
  warn: ReportWarning,
): Keychain {
  const { env } = io
  const shared = { env, readFile: realTextFiles.readText, run: runProcess }
  const usual = defaultKeychain({
    ...shared,
    home: homeOf(io),
    userId: process.platform === 'linux' ? process.getuid?.() : undefined,
    ...(flags.authFile && { authFile: resolve(io.cwd, flags.authFile) }),
  })
  const workloads = config.pullSecrets === undefined ? [] : [pullSecretKeychain(config.pullSecrets)]
  return ruleKeychain({
    ...shared,
    warn,
    rules: config.registries,
    file: config.file ?? 'the configuration',
    folder: configFolder(config, io),
    fallback: chainKeychains([
      ...workloads,
      usual,
      ...helpersOfRegistries(flags, io),
      ...providers(flags, io),
    ]),
  })
}

/** The helpers that a `registries.conf` names. */
function helpersOfRegistries(flags: RegistryFlags, io: Io): Keychain[] {
  const name = flags.registriesConf ?? io.env['CONTAINERS_REGISTRIES_CONF']
  if (!name) return []
  const file = resolve(io.cwd, name)
  const load = () => registriesConf(file, realTextFiles).credentialHelpers()
  return [namedHelpersKeychain(file, load, { env: io.env, run: runProcess })]
}

/** Last, since a plugin is a program that has to be run. */
function providers(flags: RegistryFlags, io: Io): Keychain[] {
  if (flags.credentialProviderConfig === undefined) return []
  const config = resolve(io.cwd, flags.credentialProviderConfig)
  const { credentialProviderBinDir: folder } = flags
  const binFolder = folder === undefined ? dirname(config) : resolve(io.cwd, folder)
  return [providerKeychain({ config, binFolder, env: io.env, files: realTextFiles, run: runProcess })]
}
