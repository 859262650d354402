import { type FileKeychainOptions, fileKeychain } from './file-keychain.ts'
import { chainKeychains, type Keychain } from './keychain.ts'

/** A keychain of one credential helper that is asked about every registry. */
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
 * A keychain of helpers that are named somewhere else, such as the `credential-helpers` of a `registries.conf`.
 *
 * @param file what names them, for messages
 * @param load finds out about them, once and only when something is asked
 */
export function namedHelpersKeychain(
  file: string,
  load: () => Promise<readonly string[]>,
  options: FileKeychainOptions,
): Keychain {
  let loading: Promise<Keychain> | undefined
  return {
    places: [file],
    async *resolve(host, repository, signal) {
      loading ??= load().then((names) =>
        chainKeychains(names.map((name) => helperKeychain(name, file, options))),
      )
      yield* (await loading).resolve(host, repository, signal)
    },
  }
}
