import type { Credential } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { AddressKind } from '../http/address.ts'
import type { HttpRequest, HttpResponse, Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'

/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  /** The auth scheme in lower case: `bearer`. */
  readonly scheme: string
  /** The parameters by lower-case name; of a repeated one, the first. */
  readonly params: ReadonlyMap<string, string>
}

/** How a host authenticates requests: by Basic (RFC 7617), or by Bearer with tokens from a token server. */
export type AuthScheme = { readonly kind: 'basic' } | BearerScheme

/** The parameters of a Bearer challenge (distribution, docs/content/spec/auth/token.md). */
export interface BearerScheme {
  readonly kind: 'bearer'
  /** The URL of the token server, as the registry wrote it: unchecked, and possibly relative. */
  readonly realm: string
  /** The registry's name at the token server. */
  readonly service?: string | undefined
  /** The scope in the challenge, used for requests without a repository only. */
  readonly scope?: string | undefined
  /**
   * The scopes that the registry required after it had rejected a token for `repository:<repository>:pull`. If set,
   * tokens are requested for these alone.
   */
  readonly challengedScopes?: readonly string[]
  /** The kind of the IP address that the challenge came from; undefined behind a proxy and for a cached scheme. */
  readonly address?: AddressKind | undefined
  /** Whether the scheme comes from the cache of an earlier run, not from a challenge in this run. */
  readonly isCached?: boolean
}

/** A cache, kept between runs, of the token servers that registries name in their challenges. It stores no tokens. */
export interface ChallengeCache {
  /**
   * @param registry its origin: scheme, host and port
   * @returns undefined if the registry is not in the cache
   */
  getChallenge(registry: string): CachedChallenge | undefined
  /** @param registry its origin: scheme, host and port */
  setChallenge(registry: string, challenge: CachedChallenge): void
}

/** The parameters of a Bearer challenge that are stored between runs. */
export interface CachedChallenge {
  /** The absolute URL of the token server, without query and fragment. */
  readonly realm: string
  /** The registry's name at the token server. */
  readonly service?: string
}

const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`|~-]+/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const PARAM = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y
const NEXT_IS_PARAM = /[A-Za-z0-9!#$%&'*+.^_`|~-]+[ \t]*=/y
const SPACE = /[ \t]+/y
const SEPARATORS = /[ \t,]*/y

/**
 * Parses `WWW-Authenticate` (RFC 9110, 11.6.1). Unquoted values may contain characters that require quotes, since
 * registries send unquoted URLs. Any other line that breaks the grammar is ignored as a whole: to use a part of it
 * would be to guess where credentials should go.
 *
 * @param lines the values of the header; each may have several challenges
 * @returns the challenges in their order
 */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.flatMap((line) => parseLine(line) ?? [])
}

/**
 * Picks the scheme to use: the first Bearer challenge with a realm, else Basic. Basic is second since it sends the
 * password to the registry itself.
 *
 * @returns undefined if none of the challenges is supported
 */
export function pickScheme(challenges: readonly Challenge[]): AuthScheme | undefined {
  for (const { scheme, params } of challenges) {
    const realm = params.get('realm')
    if (scheme !== 'bearer' || !realm) continue
    return {
      kind: 'bearer',
      realm,
      service: params.get('service') || undefined,
      scope: params.get('scope') || undefined,
    }
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined
}

function parseLine(line: string): Challenge[] | undefined {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(line)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match
  }
  const peek = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    return pattern.test(line)
  }
  const ends = (): boolean => at === line.length || line[at] === ','

  const challenges: Challenge[] = []
  take(SEPARATORS)
  while (at < line.length) {
    const scheme = take(TOKEN)?.[0]
    if (scheme === undefined) return undefined
    const params = new Map<string, string>()
    challenges.push({ scheme: scheme.toLowerCase(), params })
    if (take(SPACE) !== undefined && !peek(/,/y) && at < line.length && take(TOKEN68) === undefined) {
      do {
        const match = take(PARAM)
        if (match === undefined) return undefined
        const name = (match[1] as string).toLowerCase()
        const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? ''
        if (!params.has(name)) params.set(name, value)
        take(SPACE)
        if (!ends()) return undefined
        take(SEPARATORS)
      } while (at < line.length && peek(NEXT_IS_PARAM))
    } else {
      take(SPACE)
      if (!ends()) return undefined
      take(SEPARATORS)
    }
  }
  return challenges
}

/**
 * Finds the scheme that a registry requires: that of the 401 or, if it has no supported challenge, that of the response
 * to `GET /v2/` at the same host, since some registries send the challenge only there.
 *
 * @param response the 401
 * @param request the request that it is the response to; its headers are not sent to `/v2/`
 * @throws {RegistryError} REGISTRY_CHALLENGE_INVALID if there is no supported challenge at `/v2/` either; the errors of
 *   `send`
 */
export async function findScheme(
  response: HttpResponse,
  request: HttpRequest,
  { send, limits }: { readonly send: Send; readonly limits: Limits },
): Promise<AuthScheme> {
  const lines = response.headers['www-authenticate'] ?? []
  const scheme = pickScheme(parseChallenges(lines))
  if (scheme !== undefined) return withAddress(scheme, response)
  const root = await send({
    ...request,
    method: 'GET',
    url: new URL('/v2/', request.url),
    headers: {},
    maxBytes: limits.maxErrorBytes,
  })
  const rootLines = root.headers['www-authenticate'] ?? []
  const rootScheme = pickScheme(parseChallenges(rootLines))
  if (rootScheme !== undefined) return withAddress(rootScheme, root)
  const shown = sanitize([...lines, ...rootLines].join(', '), 120)
  const reason = shown === '' ? 'status 401 without a challenge' : `the challenge is: ${shown}`
  throw new RegistryError('REGISTRY_CHALLENGE_INVALID', { reason }, { server: response.server })
}

/** Adds the kind of the IP address that the challenge came from. */
function withAddress(scheme: AuthScheme, { address }: HttpResponse): AuthScheme {
  return scheme.kind === 'bearer' ? { ...scheme, address } : scheme
}

/**
 * The repository in the URL of a manifest or blob: `library/nginx`. At a mirror it may have a prefix.
 *
 * @returns undefined for any other URL
 */
export function repositoryInUrl(url: URL): string | undefined {
  return /^.*?\/v2\/(.+)\/(?:manifests|blobs|referrers)\/[^/]+$/.exec(url.pathname)?.[1]
}

/**
 * The scopes of a token request: `challengedScopes` if the scheme has any; else `repository:<repository>:pull`, with
 * the repository in the URL; for a URL without one, the scope in the challenge; empty if that has none. Otherwise the
 * scope in the challenge is not used, since registries send placeholders (zot#71 `repository:repo:pull`, Codeberg `*`).
 * A token is for one repository, since some servers read only the first scope.
 *
 * @param url the URL that the token is for
 */
export function scopesFor(scheme: BearerScheme, url: URL): string[] {
  if (scheme.challengedScopes !== undefined) return [...scheme.challengedScopes]
  const repository = repositoryInUrl(url)
  if (repository === undefined) return scheme.scope === undefined ? [] : [scheme.scope]
  return [`repository:${repository}:pull`]
}

/** A scope that includes pulling from one repository; `*` stands for all actions. */
const PULL = /^repository:([a-z0-9][a-z0-9._/-]*):(?:\*|(?:[a-z,]*,)?pull(?:,[a-z,]*)?)$/

/**
 * The scopes that a registry requires after it has rejected a new token, since gateways and mirrors may store
 * repositories under other names. Scopes that do not include pulling, and challenges with another token server, are
 * ignored.
 *
 * A registry that gets a token for another repository learns no more than with Basic, which would send it the password.
 * An identity token, however, is never sent to a registry, so it is exchanged for another scope only if the registry is
 * its own token server.
 *
 * @param response the 401
 * @param scheme the scheme that the rejected token was for
 * @param url the URL of the request
 * @param credential the credential that the token was requested with
 * @returns each scope reduced to `repository:<repository>:pull`, without duplicates; undefined if there is no such
 *   scope but that of the URL's own repository, or the scheme has `challengedScopes` already
 */
export function challengedScopes(
  response: HttpResponse,
  scheme: BearerScheme,
  url: URL,
  credential: Credential,
): readonly string[] | undefined {
  if (scheme.challengedScopes !== undefined) return undefined
  const wanted = pickScheme(parseChallenges(response.headers['www-authenticate'] ?? []))
  if (wanted?.kind !== 'bearer') return undefined
  const realm = parseReceivedUrl(scheme.realm, url)
  if (realm === undefined || parseReceivedUrl(wanted.realm, url)?.href !== realm.href) return undefined
  if (credential.kind === 'identity-token' && realm.origin !== url.origin) return undefined
  const own = `repository:${repositoryInUrl(url)}:pull`
  const scopes = (wanted.scope ?? '').split(' ').flatMap((scope) => {
    const repository = PULL.exec(scope)?.[1]
    return repository === undefined ? [] : [`repository:${repository}:pull`]
  })
  return scopes.some((scope) => scope !== own) ? [...new Set(scopes)] : undefined
}
