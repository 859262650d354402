import { normalizeHost } from '../reference/docker-hub.ts'
import { type AuthFile, credentialOf, findAuth, findHelper } from './auth-file.ts'
import { getFromHelper } from './credential-helper.ts'
import { type Credential, chainKeychains, type Keychain } from './keychain.ts'
import type { Run } from './program.ts'

export interface FileKeychainOptions {
  readonly run: Run
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * A keychain of one file. If the file names a helper for a registry, only the helper is used, and plain-text credentials
 * of that registry are ignored (docker/cli, `native_store.go`).
 *
 * @param load reads the file; called once, with the first lookup. Resolves to undefined if there is no file
 */
export function fileKeychain(
  place: string,
  load: (signal: AbortSignal | undefined) => Promise<AuthFile | undefined>,
  options: FileKeychainOptions,
): Keychain {
  let loaded: Promise<AuthFile | undefined> | undefined
  const answers = new Map<string, Promise<Credential | undefined>>()
  const messages = new Set<string>()

  const ask = (
    helper: string,
    host: string,
    file: string,
    signal: AbortSignal | undefined,
  ): Promise<Credential | undefined> => {
    const key = `${helper} ${normalizeHost(host)}`
    const onMessage = (message: string): void => {
      messages.add(`docker-credential-${helper}: ${message}`)
    }
    const asked = answers.get(key) ?? getFromHelper(helper, host, { ...options, file, onMessage, signal })
    answers.set(key, asked)
    return asked
  }

  return {
    get searched() {
      return [messages.size === 0 ? place : `${place}, where ${[...messages].join('; ')}`]
    },
    async *resolve(host, repository, signal) {
      loaded ??= load(signal)
      const file = await loaded
      if (file === undefined) return
      const helper = findHelper(file, host)
      if (helper !== undefined) {
        const credential = await ask(helper, host, file.file, signal)
        if (credential !== undefined) yield credential
        return
      }
      const found = findAuth(file, host, repository)
      if (found !== undefined) yield credentialOf(found.entry, file.file, found.key)
    },
  }
}

/** A keychain of one credential helper, used for every registry. */
export function helperKeychain(helper: string, file: string, options: FileKeychainOptions): Keychain {
  const load = async () => ({
    file,
    format: 'docker' as const,
    auths: new Map(),
    credHelpers: new Map(),
    credsStore: helper,
  })
  return fileKeychain(`docker-credential-${helper}`, load, options)
}

/**
 * A keychain of several helpers, such as the `credential-helpers` of a `registries.conf`.
 *
 * @param file the file that names them, for messages
 * @param load returns their names; called once, with the first lookup
 */
export function namedHelpersKeychain(
  file: string,
  load: () => Promise<readonly string[]>,
  options: FileKeychainOptions,
): Keychain {
  let loading: Promise<Keychain> | undefined
  return {
    searched: [file],
    async *resolve(host, repository, signal) {
      loading ??= load().then((names) =>
        chainKeychains(names.map((name) => helperKeychain(name, file, options))),
      )
      yield* (await loading).resolve(host, repository, signal)
    },
  }
}
