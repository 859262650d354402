import type { Credential } from './credential.ts'

/**
 * Where credentials are kept. One port for files, helpers, kubelet plugins and pull secrets (after
 * go-containerregistry's `authn.Keychain`).
 */
export interface Keychain {
  /**
   * The credentials stored for a repository, the most fitting first, found as they are asked for: a later one is
   * only looked up when the registry refused those before it. None at all means that nothing is stored.
   *
   * @param host the registry's host and port, as the connection names it
   * @param repository the repository's path there, as `library/nginx`
   * @param signal ends the programs that are run for it
   * @throws {PinpullError} with a code of `diagnostics/codes/credentials.ts`: what is stored but cannot be read is
   * an error, never "anonymous"
   */
  resolve(host: string, repository: string, signal?: AbortSignal): AsyncIterable<Credential>
  /** The places that it has looked in, to be named where nothing was found. */
  readonly places: readonly string[]
}

/** A keychain that holds nothing. */
export const EMPTY_KEYCHAIN: Keychain = { places: [], async *resolve() {} }

/** Several keychains as one: the credentials of the first come first. */
export function chainKeychains(keychains: readonly Keychain[]): Keychain {
  return {
    get places() {
      return keychains.flatMap(({ places }) => places)
    },
    async *resolve(host, repository, signal) {
      for (const keychain of keychains) yield* keychain.resolve(host, repository, signal)
    },
  }
}
