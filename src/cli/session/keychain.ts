import { dirname, resolve } from 'node:path'
import { defaultKeychain } from '../../credentials/default-keychain.ts'
import { namedHelpersKeychain } from '../../credentials/file-keychain.ts'
import { chainKeychains, type Keychain } from '../../credentials/keychain.ts'
import type { Run } from '../../credentials/program.ts'
import { providerKeychain } from '../../credentials/provider-keychain.ts'
import { pullSecretKeychain, type SecretsByImage } from '../../credentials/pull-secrets.ts'
import { ruleKeychain } from '../../credentials/rule-keychain.ts'
import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import { homeFolder } from '../../files/home.ts'
import { realTextFiles, type TextFiles } from '../../files/text-files.ts'
import { registriesConf } from '../../registry/hosts/registries-conf.ts'
import { runProcess } from '../io/process.ts'
import { registriesConfPath } from './registry-files.ts'
import { configFolder, type Session } from './session.ts'

/** How a keychain reads files and runs programs. */
export interface KeychainPorts {
  readonly files: TextFiles
  readonly run: Run
}

/**
 * Makes the keychain of a run, which reads nothing before it is used.
 *
 * @param pullSecrets the Secrets of workloads, if they may be used
 * @param warn takes warnings about credentials that cannot be used
 * @param ports the real files and processes by default
 */
export function buildKeychain(
  session: Session,
  pullSecrets: SecretsByImage | undefined,
  warn: ReportWarning,
  ports: KeychainPorts = { files: realTextFiles, run: runProcess },
): Keychain {
  const { flags, config, io } = session
  const shared = { env: io.env, readFile: ports.files.readText, run: ports.run }
  const usual = defaultKeychain({
    ...shared,
    home: homeFolder(io.env),
    userId: process.platform === 'linux' ? process.getuid?.() : undefined,
    ...(flags.authFile && { authFile: resolve(io.cwd, flags.authFile) }),
  })
  return ruleKeychain({
    ...shared,
    warn,
    rules: config.registries,
    file: config.file ?? 'the configuration',
    folder: configFolder(session),
    fallback: chainKeychains([
      ...(pullSecrets === undefined ? [] : [pullSecretKeychain(pullSecrets)]),
      usual,
      ...registriesConfHelpers(session, ports),
      ...credentialProviders(session, ports),
    ]),
  })
}

/** The credential helpers that a `registries.conf` names. */
function registriesConfHelpers({ flags, io }: Session, { files, run }: KeychainPorts): Keychain[] {
  const file = registriesConfPath(flags, io)
  if (file === undefined) return []
  const load = () => registriesConf(file, files).credentialHelpers()
  return [namedHelpersKeychain(file, load, { env: io.env, run })]
}

/** The plugins of a kubelet: the last to be tried, since each is a program that has to be run. */
function credentialProviders({ flags, io }: Session, { files, run }: KeychainPorts): Keychain[] {
  if (flags.credentialProviderConfig === undefined) return []
  const config = resolve(io.cwd, flags.credentialProviderConfig)
  const { credentialProviderBinDir: folder } = flags
  const binFolder = folder === undefined ? dirname(config) : resolve(io.cwd, folder)
  return [providerKeychain({ config, binFolder, env: io.env, files, run })]
}
