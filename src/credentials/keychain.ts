import type { ReportWarning } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'

/**
 * A source of credentials: files, helpers, kubelet plugins, pull secrets (after go-containerregistry's `authn.Keychain`).
 */
export interface Keychain {
  /**
   * Yields the credentials stored for a repository, the best match first, lazily: the next one is only looked up if the
   * registry rejects those before it. Yields nothing if none is stored.
   *
   * @param host the registry's host and port, as in the connection
   * @param repository the path of the repository, such as `library/nginx`
   * @param signal stops programs that are run for the lookup
   * @throws {PinpullError} with a code of `diagnostics/codes/credentials.ts` if a stored credential cannot be read;
   * access is never anonymous instead
   */
  resolve(host: string, repository: string, signal?: AbortSignal): AsyncIterable<Credential>
  /** Where it looks for credentials, to be listed if none is found. */
  readonly searched: readonly string[]
}

/** A keychain without credentials. */
export const EMPTY_KEYCHAIN: Keychain = { searched: [], async *resolve() {} }

/** Combines keychains; credentials of the first come first. */
export function chainKeychains(keychains: readonly Keychain[]): Keychain {
  return {
    get searched() {
      return keychains.flatMap(({ searched }) => searched)
    },
    async *resolve(host, repository, signal) {
      for (const keychain of keychains) yield* keychain.resolve(host, repository, signal)
    },
  }
}

/** A credential for a registry. `source` says where it was found, and may be printed. */
export type Credential =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'basic'
      readonly username: string
      readonly password: string
      readonly source: string
    }
  /** An OAuth2 refresh token: exchanged for an access token, never sent to the registry. */
  | { readonly kind: 'identity-token'; readonly token: string; readonly source: string }
  /** An access token, sent unchanged. */
  | { readonly kind: 'registry-token'; readonly token: string; readonly source: string }

/** Access without a credential. */
export const ANONYMOUS: Credential = { kind: 'anonymous' }

/** Returns where a credential was found; undefined for the anonymous one. */
export function credentialSource(credential: Credential): string | undefined {
  return credential.kind === 'anonymous' ? undefined : credential.source
}

/**
 * Adds an anonymous attempt after all credentials of a keychain, so that an expired login or a missing helper does not
 * block public images. Warns once per registry. If the registry denies anonymous access too, the original error is thrown.
 */
export function withAnonymousFallback(inner: Keychain, warn: ReportWarning): Keychain {
  const reported = new Set<string>()
  const report = (registry: string, reason: string): void => {
    if (reported.has(registry)) return
    reported.add(registry)
    warn({ code: 'CREDENTIAL_NOT_USED', severity: 'warning', args: { registry, reason } })
  }
  return {
    get searched() {
      return inner.searched
    },
    async *resolve(host, repository, signal) {
      const refused: string[] = []
      let failure: unknown
      try {
        for await (const credential of inner.resolve(host, repository, signal)) {
          yield credential
          refused.push(credentialSource(credential) ?? '')
        }
      } catch (error) {
        if (!(error instanceof PinpullError) || signal?.aborted === true) throw error
        failure = error
      }
      if (failure === undefined && refused.length === 0) return
      report(host, failure instanceof PinpullError ? inWords(failure) : `${refused.join(', ')} was refused`)
      yield ANONYMOUS
      if (failure !== undefined) throw failure
    },
  }
}

function inWords({ code, args }: PinpullError): string {
  const detail = args['reason'] ?? args['variable']
  return detail === undefined ? code : `${code} (${detail})`
}
