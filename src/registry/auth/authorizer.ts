import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { SecretRedactor } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { abortable, type Clock } from '../http/clock.ts'
import { basicAuthorization, type HttpRequest, type HttpResponse, type Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'
import { crossHostTls, type HostSettings } from '../http/tls.ts'
import { type AuthScheme, challengedScopes, findScheme, repositoryInUrl, scopesFor } from './challenge.ts'
import { checkRealm, requestToken, type TokenResponse } from './token.ts'
import { type CachedToken, TokenCache } from './token-cache.ts'

/** Where a request may take credentials from. */
export interface CredentialScope {
  /** The host to look credentials up for; undefined: none may be used. */
  readonly host: string | undefined
  /** The repository to look credentials up for. */
  readonly repository: string
}

/** An answer with the credential that got it. */
export interface AuthorizedResponse {
  readonly response: HttpResponse
  readonly credential: Credential
}

/** Where registries hand out tokens, kept between runs. Never a token. */
export interface ChallengeCache {
  /** @param registry scheme, host and port */
  recall(registry: string): CachedChallenge | undefined
  remember(registry: string, realm: CachedChallenge): void
}

export interface CachedChallenge {
  readonly realm: string
  readonly service?: string
}

export interface AuthorizerOptions {
  /** Sends a request as it is, retries included. */
  readonly send: Send
  readonly keychain: Keychain
  readonly clock: Clock
  readonly limits: Limits
  /** What is known about a token server that is not the registry itself. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
  readonly challengeCache?: ChallengeCache
  /** What is shown on the way to registries, to proxies. */
  readonly proxyCredentials?: readonly Credential[]
}

/**
 * A host that lets everybody in would keep the others waiting for nothing, a round trip long; one that challenges would
 * send back as many requests as were sent.
 */
const MAX_PROBES = 16

/** A credential that did not do, and why. */
interface AuthFailure {
  readonly code: 'CREDENTIAL_MISSING' | 'CREDENTIAL_REJECTED' | 'CREDENTIAL_INSUFFICIENT'
  readonly credential: Credential
  /** An answer that says more than the code: a 403 with the registry's words. */
  readonly response?: HttpResponse
  /** Whether it was a 401 without a challenge. */
  readonly isUnchallenged?: boolean
}

/**
 * Answers registries' challenges. It remembers for the length of a run how each host wants to be asked, and the
 * tokens that it was given: one for each repository and credential, however many requests wait for it.
 *
 * Credentials are looked up when a registry asks for them, not before; they are shown to it in the keychain's order, and
 * once one was refused, what is left is another one or a failure, never an anonymous try.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions
  /** By origin, and by repository for those that were challenged themselves. */
  readonly #schemes = new Map<string, AuthScheme>()
  /** By origin. */
  readonly #scouts = new Map<string, ChallengeProbe>()
  readonly #tokens: TokenCache
  readonly #shown = new SecretRedactor()

  constructor(options: AuthorizerOptions) {
    this.#options = options
    this.#tokens = new TokenCache(options.clock)
    for (const credential of options.proxyCredentials ?? []) this.#shown.addCredential(credential)
  }

  /**
   * Sends a request with what it takes to be let in. Of those that come to a host at the same time, some go ahead, and the
   * others wait until it is known how the host wants to be asked.
   *
   * @returns the registry's answer, whatever its status but 401
   * @throws {RegistryError}
   */
  async send(request: HttpRequest, holder: CredentialScope): Promise<AuthorizedResponse> {
    const { origin } = request.url
    const scouts = this.#scouts.get(origin) ?? new ChallengeProbe(MAX_PROBES)
    this.#scouts.set(origin, scouts)
    if (
      scouts.isSettled ||
      this.#schemes.has(origin) ||
      this.#options.challengeCache?.recall(origin) !== undefined
    ) {
      return await this.#send(request, holder)
    }
    const report = scouts.join()
    if (report === undefined) {
      await abortable(scouts.settled, request.signal)
      return await this.#send(request, holder)
    }
    return await this.#send({ ...request, releaseWaiting: report }, holder, report).finally(report)
  }

  /** @param onChallenged told when it is known how the host wants to be asked, before anything else is done */
  async #send(
    request: HttpRequest,
    holder: CredentialScope,
    onChallenged?: () => void,
  ): Promise<AuthorizedResponse> {
    const { origin } = request.url
    const place = schemeKey(request.url)
    const challenged = this.#schemes.get(place)
    if (challenged !== undefined) return await this.#sendWithEach(challenged, request, holder)
    const authorized = await this.#sendForeseeing(request, holder)
    if (authorized !== undefined) return authorized
    const response = await this.#options.send(request)
    if (response.status !== 401) return { response, credential: ANONYMOUS }
    const scheme = await findScheme(response, request, this.#options)
    this.#schemes.set(origin, scheme).set(place, scheme)
    onChallenged?.()
    return await this.#sendWithEach(scheme, request, holder)
  }

  /** Takes note of headers that a file has for a server, which may send them back. */
  addSecretHeaders(headers: Readonly<Record<string, string>>): void {
    this.#shown.addHeaders(headers)
  }

  /** Takes out of a text whatever was shown to a server. */
  redact(text: string, isQuoted: boolean): string {
    return this.#shown.redact(text, isQuoted)
  }

  /**
   * Spares the request that is only made to be challenged, where the host has challenged another repository, or did so in
   * an earlier run. What that does not settle goes its usual way, so that the outcome does not depend on which
   * repository came first, nor on what is remembered.
   *
   * What is remembered is a file, which may be wrong: a stored credential goes to a remembered token server only where that
   * is the registry itself. Any other is asked for anonymous tokens alone, until the registry has named it in this run.
   */
  async #sendForeseeing(
    request: HttpRequest,
    holder: CredentialScope,
  ): Promise<AuthorizedResponse | undefined> {
    const { origin } = request.url
    const seen = this.#schemes.get(origin)
    const recalled = seen === undefined ? this.#options.challengeCache?.recall(origin) : undefined
    const scheme: AuthScheme | undefined =
      seen ?? (recalled && { kind: 'bearer', ...recalled, isCached: true })
    if (scheme === undefined) return undefined
    const isForeign =
      recalled !== undefined && parseReceivedUrl(recalled.realm, request.url)?.origin !== origin
    try {
      for await (const credential of this.#credentials(holder, request.signal)) {
        if (isForeign && credential.kind !== 'anonymous') return undefined
        const outcome = await this.#try(scheme, credential, request)
        return 'code' in outcome ? undefined : outcome
      }
    } catch (error) {
      // The token server of an earlier run may be gone; one that was named just now is a failure.
      if (recalled === undefined || !(error instanceof RegistryError)) throw error
    }
    return undefined
  }

  async #sendWithEach(
    scheme: AuthScheme,
    request: HttpRequest,
    holder: CredentialScope,
  ): Promise<AuthorizedResponse> {
    const refusals: AuthFailure[] = []
    for await (const credential of this.#credentials(holder, request.signal)) {
      const outcome = await this.#try(scheme, credential, request)
      if (!('code' in outcome)) return outcome
      refusals.push(outcome)
    }
    // Where nothing helped, not even asking without a credential, it is the credential that is told about.
    const last = (refusals.findLast(({ credential }) => credential.kind !== 'anonymous') ??
      refusals.at(-1)) as AuthFailure
    if (last.response !== undefined) return { response: last.response, credential: last.credential }
    const args = {
      repository: repositoryInUrl(request.url) ?? holder.repository,
      source: refusals.flatMap(({ credential }) => credentialSource(credential) ?? []).join(', '),
      places: this.#options.keychain.searched.join(', ') || 'nowhere',
    }
    const server = { host: request.url.host, role: request.role }
    throw new RegistryError(last.code, args, { server, isUnchallenged: last.isUnchallenged ?? false })
  }

  /** The stored credentials, or the anonymous one where nothing is stored. */
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

  async #try(
    scheme: AuthScheme,
    credential: Credential,
    request: HttpRequest,
  ): Promise<AuthorizedResponse | AuthFailure> {
    this.#shown.addCredential(credential)
    const missing = credential.kind === 'anonymous'
    if (scheme.kind === 'basic' || credential.kind === 'registry-token') {
      const authorization = directAuthorization(credential)
      if (authorization === undefined) {
        return { code: missing ? 'CREDENTIAL_MISSING' : 'CREDENTIAL_REJECTED', credential }
      }
      const response = await this.#options.send(withAuthorization(request, authorization))
      return classify(response, credential, 'CREDENTIAL_REJECTED')
    }
    const rejected = missing ? 'CREDENTIAL_MISSING' : 'CREDENTIAL_REJECTED'
    const insufficient = missing ? 'CREDENTIAL_MISSING' : 'CREDENTIAL_INSUFFICIENT'
    for (;;) {
      const { response: tokenResponse, isNew, invalidate } = await this.#token(scheme, credential, request)
      if (tokenResponse.kind === 'refused') return { code: rejected, credential }
      this.#shown.addSecret(tokenResponse.token)
      const response = await this.#options.send(withAuthorization(request, `Bearer ${tokenResponse.token}`))
      if (response.status !== 401) return classify(response, credential, insufficient)
      if (isNew) {
        const scopes = challengedScopes(response, scheme, request.url, credential)
        if (scopes === undefined) return classify(response, credential, insufficient)
        return await this.#tryInsisted({ ...scheme, challengedScopes: scopes }, credential, request)
      }
      // A token that served before may have ended sooner than its server said: then a new one is asked for, once.
      invalidate()
    }
  }

  /** With the scopes that a registry insists on; they are kept for what else is asked of the repository. */
  async #tryInsisted(
    scheme: AuthScheme,
    credential: Credential,
    request: HttpRequest,
  ): Promise<AuthorizedResponse | AuthFailure> {
    const outcome = await this.#try(scheme, credential, request)
    if (!('code' in outcome)) this.#schemes.set(schemeKey(request.url), scheme)
    return outcome
  }

  /** The token for a repository. */
  #token(
    scheme: AuthScheme & { kind: 'bearer' },
    credential: Credential,
    request: HttpRequest,
  ): Promise<CachedToken> {
    const key = tokenKey(scheme, credential, request)
    return this.#tokens.get(key, request.signal, () => this.#ask(scheme, credential, request))
  }

  async #ask(
    scheme: AuthScheme & { kind: 'bearer' },
    credential: Credential,
    request: HttpRequest,
  ): Promise<TokenResponse> {
    const { url, tls, allowedAddresses } = request
    const realm = checkRealm(scheme.realm, { url, allowedAddresses, address: scheme.address })
    if (scheme.isCached !== true) this.#remember(url.origin, realm.url, scheme.service)
    const settings = realm.url.host === url.host ? { tls } : await this.#options.settingsFor(realm.url)
    return await requestToken(
      {
        realm: realm.url,
        allowedAddresses: realm.allowedAddresses,
        tls: settings.tls ?? crossHostTls(tls),
        // One that is only remembered may be gone; the registry names the right one.
        maxAttempts: scheme.isCached === true ? 1 : undefined,
        ...(scheme.service === undefined ? {} : { service: scheme.service }),
        scopes: scopesFor(scheme, request.url),
        credential,
        signal: request.signal,
        deadline: request.deadline,
      },
      this.#options,
    )
  }

  /** A URL with more than a path may hold what is nobody's business; it is asked for again in the next run. */
  #remember(registry: string, realm: URL, service: string | undefined): void {
    if (realm.search !== '' || realm.hash !== '') return
    this.#options.challengeCache?.remember(registry, {
      realm: realm.href,
      ...(service === undefined ? {} : { service }),
    })
  }
}

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

function tokenKey(
  scheme: AuthScheme & { kind: 'bearer' },
  credential: Credential,
  { url }: HttpRequest,
): string {
  const { realm, service, isCached } = scheme
  return JSON.stringify([url.origin, realm, service, isCached, scopesFor(scheme, url), credential])
}

/** What a credential can be shown as without a token server. */
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

/** The first few requests to a host. What one of them learns, the others need not ask. */
export class ChallengeProbe {
  /** Fulfilled when the first of them is back. */
  readonly settled: Promise<void>
  #report: () => void = () => {}
  #places: number
  #areBack = false

  /** @param places how many go ahead */
  constructor(places: number) {
    this.settled = new Promise((resolve) => {
      this.#report = resolve
    })
    this.#places = places
  }

  /** Whether nobody need wait any more. */
  get isSettled(): boolean {
    return this.#areBack
  }

  /** @returns tells, any number of times, that one is back; undefined where enough are under way */
  join(): (() => void) | undefined {
    if (this.#places === 0) return undefined
    this.#places--
    return () => {
      this.#areBack = true
      this.#report()
    }
  }
}
