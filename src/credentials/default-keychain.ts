import { posix } from 'node:path'
import { type AuthFormat, parseAuthFile } from './auth-file.ts'
import { type ReadFile, readCredentialFile, readRequiredFile } from './credential-file.ts'
import { type FileKeychainOptions, fileKeychain } from './file-keychain.ts'
import { chainKeychains, type Keychain } from './keychain.ts'
import type { Run } from './program.ts'

export interface DefaultKeychainOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home directory, if there is one. */
  readonly home: string | undefined
  /** The numeric user ID, on systems that have one. */
  readonly userId?: number | undefined
  readonly readFile: ReadFile
  readonly run: Run
  /** A file that the user named (`--auth-file`, the config): it must exist, and is searched first. */
  readonly authFile?: string | undefined
}

/**
 * A keychain that finds what docker, podman, skopeo and buildah would find, in this order: an explicit file;
 * `DOCKER_AUTH_CONFIG` (the file's text itself, as GitLab CI has it); then only `REGISTRY_AUTH_FILE` if it is set,
 * otherwise docker's `config.json`, containers' `auth.json` (of the session, then of the user) and `~/.dockercfg`. If
 * a file has no entry for a registry, the next one is searched.
 *
 * Files are read when the first credential is needed.
 */
export function defaultKeychain(options: DefaultKeychainOptions): Keychain {
  const { env, home } = options
  const join = posix.join
  const chain: Keychain[] = []
  const rules: FileKeychainOptions = { run: options.run, env }

  const file = (path: string, format: AuthFormat): void => {
    const load = async (signal?: AbortSignal) => {
      const text = await readCredentialFile(path, options.readFile, signal)
      return text === undefined ? undefined : parseAuthFile(text, path, format)
    }
    chain.push(fileKeychain(path, load, rules))
  }
  const namedFile = (path: string, format: AuthFormat): void => {
    const load = async (signal?: AbortSignal) =>
      parseAuthFile(await readRequiredFile(path, options.readFile, signal), path, format)
    chain.push(fileKeychain(path, load, rules))
  }

  if (options.authFile !== undefined) namedFile(options.authFile, 'docker')
  const inline = env['DOCKER_AUTH_CONFIG']
  if (inline) {
    const load = async () => parseAuthFile(inline, 'DOCKER_AUTH_CONFIG')
    chain.push(fileKeychain('DOCKER_AUTH_CONFIG', load, rules))
  }
  const only = env['REGISTRY_AUTH_FILE']
  if (only) {
    namedFile(only, 'containers')
    return chainKeychains(chain)
  }
  const dockerDir = env['DOCKER_CONFIG'] || (home && join(home, '.docker'))
  const configDir = env['XDG_CONFIG_HOME'] || (home && join(home, '.config'))
  const sessionFile = sessionAuthFile(options)
  if (dockerDir) file(join(dockerDir, 'config.json'), 'docker')
  if (sessionFile) file(sessionFile, 'containers')
  if (configDir) file(join(configDir, 'containers', 'auth.json'), 'containers')
  if (home) file(join(home, '.dockercfg'), 'dockercfg')
  return chainKeychains(chain)
}

/** The path where podman, skopeo and buildah keep a login until the machine restarts (containers-auth.json(5)). */
function sessionAuthFile({ env, userId }: DefaultKeychainOptions): string | undefined {
  const folder = env['XDG_RUNTIME_DIR']
  if (folder) return posix.join(folder, 'containers', 'auth.json')
  return userId === undefined ? undefined : `/run/containers/${userId}/auth.json`
}
