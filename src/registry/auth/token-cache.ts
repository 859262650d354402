import type { Credential } from '../../credentials/keychain.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { Clock } from '../http/clock.ts'
import type { HttpRequest, Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'
import { crossHostTls, type HostSettings } from '../http/tls.ts'
import { type BearerScheme, type ChallengeCache, scopesFor } from './challenge.ts'
import { checkRealm, requestToken, type TokenResponse } from './token.ts'

/** A token is not used any more in the last milliseconds before it expires. */
const EXPIRY_MARGIN_MS = 10_000

/** A result of `TokenCache.get`. */
export interface CachedToken {
  /** The token, or the status with which the token server rejected the credential. */
  readonly response: TokenResponse
  /** Whether this call requested the token; otherwise it was in the cache. */
  readonly isNew: boolean
  /**
   * Removes this response from the cache, so that the next `get` requests a new token; does nothing once it is
   * replaced.
   */
  readonly invalidate: () => void
}

/** What a `TokenCache` uses. */
export interface TokenCacheOptions {
  /** Sends a request without adding credentials; it does retry. */
  readonly send: Send
  readonly clock: Pick<Clock, 'now'>
  readonly limits: Limits
  /**
   * Reads the connection settings of a token server's host. Only called if that is not the registry's own host, whose
   * settings are in the request.
   */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
  /** Where the token servers of registries are stored for later runs; absent to store nothing. */
  readonly challengeCache?: ChallengeCache | undefined
}

/**
 * The tokens of one run, in memory only, by registry, token server, scopes and credential. Calls that need the same
 * token at the same time share one token request.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions
  readonly #responses = new Map<string, Promise<TokenResponse>>()

  constructor(options: TokenCacheOptions) {
    this.#options = options
  }

  /**
   * Gets the token for a request to a registry: from the cache if it is valid for more than 10 s, or from the token
   * server. A rejected credential and a `RegistryError` of a token request are kept, too: later calls get the same.
   * Before a token is requested, a realm that passes `checkRealm` is stored in `challengeCache`, unless it has a query
   * or fragment, or `scheme` comes from that cache.
   *
   * @param scheme the registry's challenge
   * @param credential the credential to request the token with
   * @param request the request that needs the token; its URL has the registry and the repository
   * @throws {RegistryError} REGISTRY_UNSAFE_REALM, REGISTRY_HOSTS_INVALID from `settingsFor`, or an error of
   *   `requestToken`; also the signal's reason
   */
  async get(scheme: BearerScheme, credential: Credential, request: HttpRequest): Promise<CachedToken> {
    const key = keyOf(scheme, credential, request)
    for (;;) {
      const cached = this.#responses.get(key)
      if (cached === undefined) break
      try {
        const response = await cached
        const isFresh =
          response.kind === 'refused' || response.expires - EXPIRY_MARGIN_MS > this.#options.clock.now()
        if (isFresh) return { response, isNew: false, invalidate: () => this.#delete(key, cached) }
      } catch (error) {
        // A server's error is shared. If the caller that requested the token was aborted, this one requests it again.
        if (error instanceof RegistryError || request.signal.aborted) throw error
      }
      this.#delete(key, cached)
    }
    const requested = this.#request(scheme, credential, request)
    this.#responses.set(key, requested)
    return { response: await requested, isNew: true, invalidate: () => this.#delete(key, requested) }
  }

  #delete(key: string, response: Promise<TokenResponse>): void {
    if (this.#responses.get(key) === response) this.#responses.delete(key)
  }

  async #request(scheme: BearerScheme, credential: Credential, request: HttpRequest): Promise<TokenResponse> {
    const { service, address, isCached } = scheme
    const { url, tls, allowedAddresses, signal, deadline } = request
    const realm = checkRealm(scheme.realm, { url, allowedAddresses, address })
    if (isCached !== true) this.#storeChallenge(url.origin, realm.url, service)
    const settings = realm.url.host === url.host ? { tls } : await this.#options.settingsFor(realm.url)
    return await requestToken(
      {
        realm: realm.url,
        allowedAddresses: realm.allowedAddresses,
        tls: settings.tls ?? crossHostTls(tls),
        // A realm from an earlier run may be gone; the registry then names the right one.
        maxAttempts: isCached === true ? 1 : undefined,
        service,
        scopes: scopesFor(scheme, url),
        credential,
        signal,
        deadline,
      },
      this.#options,
    )
  }

  /** Stores a token server in `challengeCache`, unless its URL has a query or fragment, which may hold secrets. */
  #storeChallenge(registry: string, realm: URL, service: string | undefined): void {
    if (realm.search !== '' || realm.hash !== '') return
    this.#options.challengeCache?.setChallenge(registry, {
      realm: realm.href,
      ...(service === undefined ? {} : { service }),
    })
  }
}

function keyOf(scheme: BearerScheme, credential: Credential, { url }: HttpRequest): string {
  const { realm, service, isCached } = scheme
  return JSON.stringify([url.origin, realm, service, isCached, scopesFor(scheme, url), credential])
}
