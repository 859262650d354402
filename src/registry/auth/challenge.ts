import type { Credential } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { AddressKind } from '../http/address.ts'
import type { HttpRequest, HttpResponse, Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'

/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  /** The scheme in lower case. */
  readonly scheme: string
  /** By lower-case name; if one is repeated, the first counts. */
  readonly params: ReadonlyMap<string, string>
}

/** An authentication scheme that Pinpull supports. */
export type AuthScheme = { readonly kind: 'basic' } | BearerScheme

/** Tokens of a token server (distribution, docs/content/spec/auth/token.md). */
export interface BearerScheme {
  readonly kind: 'bearer'
  /** The token server, as the registry wrote it: the URL may be relative. */
  readonly realm: string
  readonly service?: string | undefined
  readonly scope?: string | undefined
  /** The scopes that the registry asked for after it had rejected a token for Pinpull's own scope. */
  readonly challengedScopes?: readonly string[]
  /** The kind of the address that the challenge came from; undefined behind a proxy. */
  readonly address?: AddressKind | undefined
  /** Whether it comes from the cache of an earlier run. */
  readonly isCached?: boolean
}

/** The token servers that registries have named in earlier runs. It never holds a token. */
export interface ChallengeCache {
  /** @param registry scheme, host and port */
  getChallenge(registry: string): CachedChallenge | undefined
  setChallenge(registry: string, challenge: CachedChallenge): void
}

export interface CachedChallenge {
  readonly realm: string
  readonly service?: string
}

const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`|~-]+/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const PARAM = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y
const NEXT_IS_PARAM = /[A-Za-z0-9!#$%&'*+.^_`|~-]+[ \t]*=/y
const SPACE = /[ \t]+/y
const SEPARATORS = /[ \t,]*/y

/**
 * Parses all challenges, in order. Unquoted values may contain what should be quoted, since registries send URLs
 * like that. Otherwise a line that breaks the grammar is ignored as a whole: half of it would be a guess about
 * where credentials go.
 *
 * @param lines the values of the header; servers send several challenges on one line, or each on its own
 */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.flatMap((line) => parseLine(line) ?? [])
}

/** Picks a supported scheme: Bearer before Basic, which would send the password to the registry itself. */
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
 * The scheme that a 401 asks for. A registry that challenges only at its root is asked there.
 *
 * @throws {RegistryError} REGISTRY_CHALLENGE_INVALID
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

/** Adds the address that the challenge came from. */
function withAddress(scheme: AuthScheme, { address }: HttpResponse): AuthScheme {
  return scheme.kind === 'bearer' ? { ...scheme, address } : scheme
}

/** The repository in the URL of a manifest or blob, as the server names it; at a mirror it may have a prefix. */
export function repositoryInUrl(url: URL): string | undefined {
  return /^.*?\/v2\/(.+)\/(?:manifests|blobs)\/[^/]+$/.exec(url.pathname)?.[1]
}

/**
 * The scopes to request a token for: Pinpull's own scope, not the challenge's, since registries send placeholders
 * (zot#71 `repository:repo:pull`, Codeberg `*`); and one repository per token, since some servers read only the
 * first scope.
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
 * The scopes that a registry asks for after it has rejected a new token: gateways and mirrors store repositories
 * under other names. Only scopes to pull count, and only from the same token server.
 *
 * A registry that gets a token for another repository learns no more than with Basic, which would send it the
 * password. An identity token, however, is never sent to a registry, so it is exchanged for another scope only if
 * the registry is its own token server.
 *
 * @param response the 401
 * @returns undefined if there are none
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
