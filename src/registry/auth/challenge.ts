import type { Credential } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { AddressKind } from '../http/address.ts'
import type { HttpRequest, HttpResponse, Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'

/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string
  /** By lower-case name; of a repeated one, the first. */
  readonly params: ReadonlyMap<string, string>
}

/** How a registry wants to be asked, of the ways that Pinpull knows. */
export type AuthScheme =
  | { readonly kind: 'basic' }
  | {
      readonly kind: 'bearer'
      /** As the registry wrote it: it may be relative. */
      readonly realm: string
      readonly service?: string
      readonly scope?: string
      /** What a registry goes on asking for after a token for the repository that it was asked for. */
      readonly challengedScopes?: readonly string[]
      /** What the address was that the challenge came from; undefined where a proxy stood in between. */
      readonly address?: AddressKind | undefined
      /** Whether it is only remembered from an earlier run. */
      readonly isCached?: boolean
    }

const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`|~-]+/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const PARAM = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y
const NEXT_IS_PARAM = /[A-Za-z0-9!#$%&'*+.^_`|~-]+[ \t]*=/y
const SPACE = /[ \t]+/y
const SEPARATORS = /[ \t,]*/y

/**
 * Parses every challenge of every line, in order. Unquoted values may hold what the grammar has quoted, since
 * registries send URLs so. A line that breaks the grammar otherwise is left out as a whole: half of it would be
 * a guess about where credentials go.
 *
 * @param lines the values of the header: servers send several challenges on one line, or a line for each
 */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.flatMap((line) => parseLine(line) ?? [])
}

/** Picks the way to ask: Bearer before Basic, which would show the password to the registry itself. */
export function pickScheme(challenges: readonly Challenge[]): AuthScheme | undefined {
  for (const { scheme, params } of challenges) {
    const realm = params.get('realm')
    if (scheme !== 'bearer' || !realm) continue
    const service = params.get('service')
    const scope = params.get('scope')
    return { kind: 'bearer', realm, ...(service ? { service } : {}), ...(scope ? { scope } : {}) }
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
 * What the challenge of a 401 asks for; a registry that challenges only at its root is asked there.
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
    maxBytes: limits.errorBytes,
  })
  const rootLines = root.headers['www-authenticate'] ?? []
  const rootScheme = pickScheme(parseChallenges(rootLines))
  if (rootScheme !== undefined) return withAddress(rootScheme, root)
  const shown = sanitize([...lines, ...rootLines].join(', '), 120)
  const reason = shown === '' ? 'status 401 without a challenge' : `the challenge is: ${shown}`
  throw new RegistryError('REGISTRY_CHALLENGE_INVALID', { reason }, { server: response.server })
}

/** A scheme with the address that its challenge came from. */
function withAddress(scheme: AuthScheme, { address }: HttpResponse): AuthScheme {
  return scheme.kind === 'bearer' ? { ...scheme, address } : scheme
}

/** The repository in the URL of a manifest or blob, as the server names it: behind a mirror's path it is longer. */
export function repositoryInUrl(url: URL): string | undefined {
  return /^.*?\/v2\/(.+)\/(?:manifests|blobs)\/[^/]+$/.exec(url.pathname)?.[1]
}

/**
 * What a token is asked for. Our own scope, not the challenge's: registries send placeholders there (zot#71
 * `repository:repo:pull`, Codeberg `*`), and one repository a token, since some servers read only the first scope.
 */
export function scopesFor(scheme: AuthScheme & { kind: 'bearer' }, url: URL): string[] {
  if (scheme.challengedScopes !== undefined) return [...scheme.challengedScopes]
  const repository = repositoryInUrl(url)
  if (repository === undefined) return scheme.scope === undefined ? [] : [scheme.scope]
  return [`repository:${repository}:pull`]
}

/** A scope to pull from one repository, and perhaps for more; `*` is for all actions. */
const PULL = /^repository:([a-z0-9][a-z0-9._/-]*):(?:\*|(?:[a-z,]*,)?pull(?:,[a-z,]*)?)$/

/**
 * The scopes that a registry asks for instead of the one that it was just shown a token for: gateways and mirrors keep what
 * they stand in for under another name. To pull, and from the token server that it has named before.
 *
 * A registry that is shown a token for another repository learns no more than it could by asking for the password, which
 * Basic would show it; but an identity token is never shown to a registry, so that it is exchanged for another scope only by
 * a registry that hands out tokens itself.
 *
 * @param answer the 401
 * @returns undefined where there are none
 */
export function challengedScopes(
  response: HttpResponse,
  scheme: AuthScheme & { kind: 'bearer' },
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
