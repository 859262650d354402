import type { ReportWarning } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'

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
  readonly searched: readonly string[]
}

/** A keychain that holds nothing. */
export const EMPTY_KEYCHAIN: Keychain = { searched: [], async *resolve() {} }

/** Several keychains as one: the credentials of the first come first. */
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

/** What a registry may be shown to prove who asks. `source` says where it was found and may be printed. */
export type Credential =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'basic'
      readonly username: string
      readonly password: string
      readonly source: string
    }
  /** An OAuth2 refresh token: exchanged for an access token, never sent to the registry itself. */
  | { readonly kind: 'identity-token'; readonly token: string; readonly source: string }
  /** An access token that is sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string; readonly source: string }

/** Nothing at all: what is used where no credential was stored. */
export const ANONYMOUS: Credential = { kind: 'anonymous' }

/** Where a credential was found; undefined for the anonymous one. */
export function credentialSource(credential: Credential): string | undefined {
  return credential.kind === 'anonymous' ? undefined : credential.source
}

/**
 * A keychain that ends with an anonymous attempt: an expired login, or a helper that is not installed, need not block
 * public images. A warning says so once for each registry.
 *
 * If the registry refuses the anonymous attempt too, the earlier failure is reported.
 */
export function withAnonymousFallback(inner: Keychain, warn: ReportWarning): Keychain {
  const told = new Set<string>()
  const tell = (registry: string, reason: string): void => {
    if (told.has(registry)) return
    told.add(registry)
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
      tell(host, failure instanceof PinpullError ? inWords(failure) : `${refused.join(', ')} was refused`)
      yield ANONYMOUS
      if (failure !== undefined) throw failure
    },
  }
}

function inWords({ code, args }: PinpullError): string {
  return args['reason'] === undefined ? code : `${code} (${args['reason']})`
}
