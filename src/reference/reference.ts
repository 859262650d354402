import { DOCKER_HUB } from './docker-hub.ts'

/** A digest as `algorithm:encoded` (OCI image-spec, descriptor.md "Digests"). Made only by `reference/digest.ts`. */
export type Digest = string & { readonly __digest: 'Digest' }

/** A repository: `docker.io/library/nginx` is domain `docker.io` and path `library/nginx` (distribution/reference `Named`). */
export interface Named {
  readonly domain: string
  readonly path: string
}

/** A parsed and normalised image reference, with its original text. */
export interface Reference extends Named {
  /** The original text. */
  readonly text: string
  readonly tag?: string
  readonly digest?: Digest
}

/** Returns the full name of a repository: `docker.io/library/nginx`. */
export function repositoryName(named: Named): string {
  return `${named.domain}/${named.path}`
}

/** Returns the shortest name of a repository: `nginx` (distribution/reference `FamiliarName`). */
export function familiarName(named: Named): string {
  if (named.domain !== DOCKER_HUB.domain) return repositoryName(named)
  const { officialPrefix } = DOCKER_HUB
  const single = named.path.startsWith(officialPrefix) ? named.path.slice(officialPrefix.length) : ''
  return single !== '' && !single.includes('/') ? single : named.path
}

/** Returns the host (and port) that serves a repository: `registry-1.docker.io` for Docker Hub. */
export function registryHost(named: Named): string {
  return named.domain === DOCKER_HUB.domain ? DOCKER_HUB.registryHost : named.domain
}

/** Returns the tag of a reference: `latest` if it has neither tag nor digest (`TagNameOnly`). */
export function effectiveTag(reference: Reference): string | undefined {
  return reference.tag ?? (reference.digest === undefined ? 'latest' : undefined)
}

/**
 * Returns what a reference resolves, independent of its spelling: `docker.io/library/nginx:latest`, or
 * `docker.io/library/nginx@sha256:…` if it has a digest, which makes the tag irrelevant. References with the same canonical
 * text are resolved once.
 */
export function canonicalText(reference: Reference): string {
  const name = repositoryName(reference)
  return reference.digest === undefined ? `${name}:${effectiveTag(reference)}` : `${name}@${reference.digest}`
}

/**
 * Returns a reference with a digest and the author's spelling of the name: `nginx:1.27` becomes `nginx:1.27@sha256:…`, not
 * `docker.io/library/nginx…`, since registry mirrors and admission policies match the text. An existing digest is
 * replaced.
 *
 * @param form `tag-digest` keeps an existing tag; `digest` removes it
 */
export function pinnedText(reference: Reference, digest: Digest, form: 'tag-digest' | 'digest'): string {
  return `${sourceName(reference, form === 'tag-digest')}@${digest}`
}

/** Returns the text before the digest, with or without the tag. */
function sourceName({ text, tag, digest }: Reference, withTag: boolean): string {
  const named = digest === undefined ? text : text.slice(0, -(digest.length + 1))
  return withTag || tag === undefined ? named : named.slice(0, -(tag.length + 1))
}
