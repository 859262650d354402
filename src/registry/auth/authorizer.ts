import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { SecretRedactor } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { basicAuthorization, type HttpRequest, type HttpResponse } from '../http/http.ts'
import {
  type AuthScheme,
  type BearerScheme,
  challengedScopes,
  findScheme,
  repositoryInUrl,
} from './challenge.ts'
import { ChallengeProbe } from './challenge-probe.ts'
import { TokenCache, type TokenCacheOptions } from './token-cache.ts'

/** Which stored credentials a request may use: those that the keychain has for a host and repository. */
export interface CredentialScope {
  /** Host and port; undefined if the request must be anonymous. */
  readonly host: string | undefined
  /** The repository without the host: `library/nginx`. */
  readonly repository: string
}

/**
 * A response, and the credential that the request was sent with, or its token was requested with (`ANONYMOUS` if none).
 */
export interface AuthorizedResponse {
  readonly response: HttpResponse
  readonly credential: Credential
}

/** What an `Authorizer` uses. Its `send` adds no credentials; it does retry. */
export interface AuthorizerOptions extends TokenCacheOptions {
  /** Finds the stored credentials of a host. */
  readonly keychain: Keychain
  /** The credentials of HTTP proxies, to be redacted in messages. */
  readonly proxyCredentials?: readonly Credential[] | undefined
}

/**
 * How many requests go to a host before its challenge is known. Waiting costs the others a round trip, which is wasted
 * on a host without authentication; not waiting costs a host that challenges one request more for each.
 */
const MAX_PROBES = 16

/** A credential that was not accepted. */
interface AuthFailure {
  readonly code: 'CREDENTIAL_MISSING' | 'CREDENTIAL_REJECTED' | 'CREDENTIAL_INSUFFICIENT'
  readonly credential: Credential
  /** A 403, whose body says more than the code. */
  readonly response?: HttpResponse
  /** Whether it was a 401 without a challenge. */
  readonly isUnchallenged?: boolean
}

/**
 * Sends requests with the credentials that registries require (`WWW-Authenticate`): Basic, or Bearer with a token from
 * the token server. It stores each host's scheme and tokens for the run, and requests one token for each repository and
 * credential, even if many requests need it at the same time.
 *
 * Credentials are looked up only when a registry has required them, in this run or by the `challengeCache`, and are
 * tried in the keychain's order. After a stored credential was rejected, only other stored credentials are tried, never
 * an anonymous request.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions
  /** By `schemeKey` of challenged requests, and by origin. */
  readonly #schemes = new Map<string, AuthScheme>()
  /** By origin. */
  readonly #probes = new Map<string, ChallengeProbe>()
  readonly #tokens: TokenCache
  readonly #redactor = new SecretRedactor()

  constructor(options: AuthorizerOptions) {
    this.#options = options
    this.#tokens = new TokenCache(options)
    for (const credential of options.proxyCredentials ?? []) this.#redactor.addCredential(credential)
  }

  /**
   * Sends a request, anonymously or with the credentials that the host requires. Of the first requests to a host, some
   * are sent at once, and the others wait until it is known which scheme the host requires.
   *
   * @param request without `Authorization`
   * @param scope which credentials may be used
   * @returns the response, with any status except 401. Once the host requires credentials, after a 403 the next one is
   *   tried; the 403 is returned if none is accepted and the last one (the last stored one, if any) got it
   * @throws {RegistryError} `CREDENTIAL_…` if the host accepts none of the credentials, REGISTRY_CHALLENGE_INVALID, an
   *   error of the token server, or the error of a request without a response; also an error of the keychain, or the
   *   signal's reason
   */
  async send(request: HttpRequest, scope: CredentialScope): Promise<AuthorizedResponse> {
    const { origin } = request.url
    const isKnown =
      this.#schemes.has(origin) || this.#options.challengeCache?.getChallenge(origin) !== undefined
    if (isKnown) return await this.#send(request, scope)
    const probe = this.#probes.get(origin) ?? new ChallengeProbe(MAX_PROBES)
    this.#probes.set(origin, probe)
    return await probe.run(request.signal, (settle) =>
      this.#send(settle === undefined ? request : { ...request, releaseWaiting: settle }, scope, settle),
    )
  }

  /** Registers the values of headers from a `hosts.toml` as secrets, to be redacted in texts from servers. */
  addSecretHeaders(headers: Readonly<Record<string, string>>): void {
    this.#redactor.addHeaders(headers)
  }

  /**
   * Replaces the secrets that were sent to servers in a text (`SecretRedactor.redact`).
   *
   * @param isQuoted whether the text comes from a server
   */
  redact(text: string, isQuoted: boolean): string {
    return this.#redactor.redact(text, isQuoted)
  }

  /** @param onChallenge called as soon as the host's scheme is known */
  async #send(
    request: HttpRequest,
    scope: CredentialScope,
    onChallenge?: () => void,
  ): Promise<AuthorizedResponse> {
    const { origin } = request.url
    const key = schemeKey(request.url)
    const known = this.#schemes.get(key)
    if (known !== undefined) return await this.#sendWithEach(known, request, scope)
    const authorized = await this.#sendPreemptively(request, scope)
    if (authorized !== undefined) return authorized
    const response = await this.#options.send(request)
    if (response.status !== 401) return { response, credential: ANONYMOUS }
    const scheme = await findScheme(response, request, this.#options)
    this.#schemes.set(origin, scheme).set(key, scheme)
    onChallenge?.()
    return await this.#sendWithEach(scheme, request, scope)
  }

  /**
   * Sends a request with a token before it is challenged, if the host has challenged a request for another repository or
   * did so in an earlier run. If that fails, the request is sent as usual, so the outcome depends neither on the order of
   * repositories nor on the cache.
   *
   * The cache is a file, which may be wrong: a stored credential is sent to a cached token server only if that is the
   * registry itself. From any other one, only anonymous tokens are requested until the registry has named it in this run.
   */
  async #sendPreemptively(
    request: HttpRequest,
    scope: CredentialScope,
  ): Promise<AuthorizedResponse | undefined> {
    const { origin } = request.url
    const known = this.#schemes.get(origin)
    const cached = known === undefined ? this.#options.challengeCache?.getChallenge(origin) : undefined
    const scheme: AuthScheme | undefined = known ?? (cached && { kind: 'bearer', ...cached, isCached: true })
    if (scheme === undefined) return undefined
    const isForeign = cached !== undefined && parseReceivedUrl(cached.realm, request.url)?.origin !== origin
    try {
      for await (const credential of this.#credentials(scope, request.signal)) {
        if (isForeign && credential.kind !== 'anonymous') return undefined
        const result = await this.#sendWith(scheme, credential, request)
        return 'code' in result ? undefined : result
      }
    } catch (error) {
      // A token server from the cache may no longer exist; the error of one that was named in this run is thrown.
      if (cached === undefined || !(error instanceof RegistryError)) throw error
    }
    return undefined
  }

  /** Tries each credential until one is accepted. */
  async #sendWithEach(
    scheme: AuthScheme,
    request: HttpRequest,
    scope: CredentialScope,
  ): Promise<AuthorizedResponse> {
    const failures: AuthFailure[] = []
    for await (const credential of this.#credentials(scope, request.signal)) {
      const result = await this.#sendWith(scheme, credential, request)
      if (!('code' in result)) return result
      failures.push(result)
    }
    // The message is about a stored credential rather than the anonymous request after it.
    const last = (failures.findLast(({ credential }) => credential.kind !== 'anonymous') ??
      failures.at(-1)) as AuthFailure
    if (last.response !== undefined) return { response: last.response, credential: last.credential }
    const args = {
      repository: repositoryInUrl(request.url) ?? scope.repository,
      source: failures.flatMap(({ credential }) => credentialSource(credential) ?? []).join(', '),
      places: this.#options.keychain.searched.join(', ') || 'nowhere',
    }
    const server = { host: request.url.host, role: request.role }
    throw new RegistryError(last.code, args, { server, isUnchallenged: last.isUnchallenged })
  }

  /** The stored credentials, or the anonymous one if there are none. */
  async *#credentials({ host, repository }: CredentialScope, signal: AbortSignal): AsyncIterable<Credential> {
    let isEmpty = true
    if (host !== undefined) {
      for await (const credential of this.#options.keychain.resolve(host, repository, signal)) {
        isEmpty = false
        yield credential
      }
    }
    if (isEmpty) yield ANONYMOUS
  }

  async #sendWith(
    scheme: AuthScheme,
    credential: Credential,
    request: HttpRequest,
  ): Promise<AuthorizedResponse | AuthFailure> {
    this.#redactor.addCredential(credential)
    if (scheme.kind === 'bearer' && credential.kind !== 'registry-token') {
      return await this.#sendWithToken(scheme, credential, request)
    }
    const authorization = directAuthorization(credential)
    if (authorization === undefined) {
      const code = credential.kind === 'anonymous' ? 'CREDENTIAL_MISSING' : 'CREDENTIAL_REJECTED'
      return { code, credential }
    }
    const response = await this.#options.send(withAuthorization(request, authorization))
    return classify(response, credential, 'CREDENTIAL_REJECTED')
  }

  async #sendWithToken(
    scheme: BearerScheme,
    credential: Credential,
    request: HttpRequest,
  ): Promise<AuthorizedResponse | AuthFailure> {
    const isAnonymous = credential.kind === 'anonymous'
    const insufficient = isAnonymous ? 'CREDENTIAL_MISSING' : 'CREDENTIAL_INSUFFICIENT'
    for (;;) {
      const { response: token, isNew, invalidate } = await this.#tokens.get(scheme, credential, request)
      if (token.kind === 'refused') {
        return { code: isAnonymous ? 'CREDENTIAL_MISSING' : 'CREDENTIAL_REJECTED', credential }
      }
      this.#redactor.addSecret(token.token)
      const response = await this.#options.send(withAuthorization(request, `Bearer ${token.token}`))
      if (response.status !== 401) return classify(response, credential, insufficient)
      if (isNew) {
        const scopes = challengedScopes(response, scheme, request.url, credential)
        if (scopes === undefined) return classify(response, credential, insufficient)
        return await this.#retryWithChallengedScopes(
          { ...scheme, challengedScopes: scopes },
          credential,
          request,
        )
      }
      // A cached token may expire sooner than its server said. It is replaced once.
      invalidate()
    }
  }

  /** If the registry accepts a token for the scopes that it required, they are stored for the repository. */
  async #retryWithChallengedScopes(
    scheme: BearerScheme,
    credential: Credential,
    request: HttpRequest,
  ): Promise<AuthorizedResponse | AuthFailure> {
    const result = await this.#sendWithToken(scheme, credential, request)
    if (!('code' in result)) this.#schemes.set(schemeKey(request.url), scheme)
    return result
  }
}

/** By origin and repository. */
function schemeKey(url: URL): string {
  return `${url.origin}/${repositoryInUrl(url) ?? ''}`
}

function classify(
  response: HttpResponse,
  credential: Credential,
  code: AuthFailure['code'],
): AuthorizedResponse | AuthFailure {
  if (response.status === 401) {
    return { code, credential, isUnchallenged: response.headers['www-authenticate'] === undefined }
  }
  return response.status === 403 ? { code, credential, response } : { response, credential }
}

/** The value of `Authorization` for a credential that needs no token server. */
function directAuthorization(credential: Credential): string | undefined {
  switch (credential.kind) {
    case 'basic':
      return basicAuthorization(credential.username, credential.password)
    case 'registry-token':
      return `Bearer ${credential.token}`
    default:
      return undefined
  }
}

function withAuthorization(request: HttpRequest, authorization: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization } }
}
