import { posix } from 'node:path'
import { PinpullError } from '../diagnostics/errors.ts'
import { parseAuthFile } from './auth-file.ts'
import { type FileKeychainOptions, fileKeychain } from './file-keychain.ts'
import { chainKeychains, type Keychain } from './keychain.ts'
import type { Run } from './process.ts'

/** What the default keychain sees of the world. */
export interface DefaultKeychainOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home directory; undefined where there is none. */
  readonly home: string | undefined
  /** Reads a text file; undefined where it does not exist, and throws where it exists and cannot be read. */
  readonly readFile: (path: string) => Promise<string | undefined>
  readonly run: Run
  /** A file that was named explicitly (`--auth-file`, the config): it has to exist, and is asked first. */
  readonly authFile?: string
}

/**
 * The credentials that docker, podman, skopeo and buildah would find, in this order: an explicit file;
 * `DOCKER_AUTH_CONFIG` (the file's text itself, as GitLab CI has it); then `REGISTRY_AUTH_FILE` alone where it is set,
 * else docker's `config.json`, containers' `auth.json` (of the session, then of the user) and `~/.dockercfg`. A
 * file that holds nothing for a registry hands on to the next.
 *
 * Nothing is read before a registry asks for a credential.
 */
export function defaultKeychain(options: DefaultKeychainOptions): Keychain {
  const { env, home } = options
  const join = posix.join
  const chain: Keychain[] = []
  const docker: FileKeychainOptions = { run: options.run, env, credsStore: true }
  const containers: FileKeychainOptions = { ...docker, credsStore: false }

  const file = (
    path: string,
    rules: FileKeychainOptions,
    kind: { must?: boolean; flat?: boolean } = {},
  ): void => {
    const load = async () => {
      const text = await readText(path, options.readFile)
      if (text !== undefined) return parseAuthFile(text, path, kind.flat)
      if (!kind.must) return undefined
      throw new PinpullError('CREDENTIAL_FILE_INVALID', { file: path, reason: 'it does not exist' })
    }
    chain.push(fileKeychain(path, load, rules))
  }

  if (options.authFile !== undefined) file(options.authFile, docker, { must: true })
  const inline = env['DOCKER_AUTH_CONFIG']
  if (inline) {
    const load = async () => parseAuthFile(inline, 'DOCKER_AUTH_CONFIG')
    chain.push(fileKeychain('DOCKER_AUTH_CONFIG', load, docker))
  }
  const only = env['REGISTRY_AUTH_FILE']
  if (only) {
    file(only, containers, { must: true })
    return chainKeychains(chain)
  }
  const dockerDir = env['DOCKER_CONFIG'] || (home && join(home, '.docker'))
  const runtimeDir = env['XDG_RUNTIME_DIR']
  const configDir = env['XDG_CONFIG_HOME'] || (home && join(home, '.config'))
  if (dockerDir) file(join(dockerDir, 'config.json'), docker)
  if (runtimeDir) file(join(runtimeDir, 'containers', 'auth.json'), containers)
  if (configDir) file(join(configDir, 'containers', 'auth.json'), containers)
  if (home) file(join(home, '.dockercfg'), containers, { flat: true })
  return chainKeychains(chain)
}

async function readText(
  path: string,
  readFile: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    const reason = `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`
    throw new PinpullError('CREDENTIAL_FILE_INVALID', { file: path, reason })
  }
}
