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
  if (scheme.insistedScope !== undefined) return [scheme.insistedScope]
  const repository = repositoryOf(url)
  if (repository === undefined) return scheme.scope === undefined ? [] : [scheme.scope]
  return [`repository:${repository}:pull`]
}

/**
 * The scope that a mirror asks for instead of the one that it was just shown a token for: some keep what they stand in for
 * under another name. To pull, from one repository, and only where the mirror hands out tokens itself: a host that names
 * another's token server could have a token made for what is none of its business.
 *
 * @param answer the 401
 * @returns undefined where there is none
 */
export function insistedScope(
  answer: HttpAnswer,
  scheme: AuthScheme & { kind: 'bearer' },
  url: URL,
): string | undefined {
  if (scheme.insistedScope !== undefined || URL.parse(scheme.realm, url.href)?.origin !== url.origin) {
    return undefined
  }
  const wanted = pickScheme(parseChallenges(answer.headers['www-authenticate'] ?? []))
  if (wanted?.kind !== 'bearer') return undefined
  const repository = /^repository:([a-z0-9][a-z0-9._/-]*):(?:[a-z,]*,)?pull(?:,[a-z,]*)?$/.exec(
    wanted.scope ?? '',
  )?.[1]
  return repository === undefined || repository === repositoryOf(url)
    ? undefined
    : `repository:${repository}:pull`
}
