import type { Credential } from '../credentials/keychain.ts'
import { readSentUrl } from '../reference/server-url.ts'
import { type AuthScheme, parseChallenges, pickScheme } from './challenge.ts'
import type { HttpAnswer } from './http.ts'

/** The repository in the URL of a manifest or blob, as the server names it: behind a mirror's path it is longer. */
export function repositoryOf(url: URL): string | undefined {
  return /^.*?\/v2\/(.+)\/(?:manifests|blobs)\/[^/]+$/.exec(url.pathname)?.[1]
}

/**
 * What a token is asked for. Our own scope, not the challenge's: registries send placeholders there (zot#71
 * `repository:repo:pull`, Codeberg `*`), and one repository a token, since some servers read only the first scope.
 */
export function scopesFor(scheme: AuthScheme & { kind: 'bearer' }, url: URL): string[] {
  if (scheme.insistedScopes !== undefined) return [...scheme.insistedScopes]
  const repository = repositoryOf(url)
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
export function insistedScopes(
  answer: HttpAnswer,
  scheme: AuthScheme & { kind: 'bearer' },
  url: URL,
  credential: Credential,
): readonly string[] | undefined {
  if (scheme.insistedScopes !== undefined) return undefined
  const wanted = pickScheme(parseChallenges(answer.headers['www-authenticate'] ?? []))
  if (wanted?.kind !== 'bearer') return undefined
  const realm = readSentUrl(scheme.realm, url)
  if (realm === undefined || readSentUrl(wanted.realm, url)?.href !== realm.href) return undefined
  if (credential.kind === 'identity-token' && realm.origin !== url.origin) return undefined
  const own = `repository:${repositoryOf(url)}:pull`
  const scopes = (wanted.scope ?? '').split(' ').flatMap((scope) => {
    const repository = PULL.exec(scope)?.[1]
    return repository === undefined ? [] : [`repository:${repository}:pull`]
  })
  return scopes.some((scope) => scope !== own) ? [...new Set(scopes)] : undefined
}
