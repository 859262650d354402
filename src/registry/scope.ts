import type { AuthScheme } from './challenge.ts'

/** The repository in the URL of a manifest or blob, as the server names it: behind a mirror's path it is longer. */
export function repositoryOf(url: URL): string | undefined {
  return /^.*?\/v2\/(.+)\/(?:manifests|blobs)\/[^/]+$/.exec(url.pathname)?.[1]
}

/**
 * What a token is asked for. Our own scope, not the challenge's: registries send placeholders there (zot#71
 * `repository:repo:pull`, Codeberg `*`), and one repository a token, since some servers read only the first scope.
 */
export function scopesFor(scheme: AuthScheme & { kind: 'bearer' }, url: URL): string[] {
  const repository = repositoryOf(url)
  if (repository === undefined) return scheme.scope === undefined ? [] : [scheme.scope]
  return [`repository:${repository}:pull`]
}
