import { DOCKER_HUB } from './docker-hub.ts'

/** A digest as `algorithm:encoded` (OCI image-spec, descriptor.md "Digests"). Made only by `reference/digest.ts`. */
export type Digest = string & { readonly __digest: 'Digest' }

/** A repository: `docker.io/library/nginx` is domain `docker.io` and path `library/nginx` (distribution/reference `Named`). */
export interface Named {
  readonly domain: string
  readonly path: string
}

/** A parsed and normalised image reference that keeps the text it was written as. */
export interface Reference extends Named {
  /** Exactly as the author wrote it. */
  readonly text: string
  readonly tag?: string
  readonly digest?: Digest
}

/** The full name of a repository: `docker.io/library/nginx`. */
export function repositoryName(named: Named): string {
  return `${named.domain}/${named.path}`
}

/** The shortest name that means the same repository: `nginx` (distribution/reference `FamiliarName`). */
export function familiarName(named: Named): string {
  if (named.domain !== DOCKER_HUB.domain) return repositoryName(named)
  const { officialPrefix } = DOCKER_HUB
  const single = named.path.startsWith(officialPrefix) ? named.path.slice(officialPrefix.length) : ''
  return single !== '' && !single.includes('/') ? single : named.path
}

/** The host (and port) that serves the repository: `registry-1.docker.io` for Docker Hub. */
export function registryHost(named: Named): string {
  return named.domain === DOCKER_HUB.domain ? DOCKER_HUB.registryHost : named.domain
}

/** The tag that a reference asks for: `latest` where it says neither tag nor digest (`TagNameOnly`). */
export function effectiveTag(reference: Reference): string | undefined {
  return reference.tag ?? (reference.digest === undefined ? 'latest' : undefined)
}

/**
 * What a reference asks a registry for, whatever its spelling: `docker.io/library/nginx:latest`, or
 * `docker.io/library/nginx@sha256:…` where it has a digest, since then the tag counts for nothing. References
 * with the same text are resolved once.
 */
export function canonicalText(reference: Reference): string {
  const name = repositoryName(reference)
  return reference.digest === undefined ? `${name}:${effectiveTag(reference)}` : `${name}@${reference.digest}`
}

/**
 * The reference with a digest, in the author's own spelling of the name: `nginx:1.27` becomes
 * `nginx:1.27@sha256:…`, never `docker.io/library/nginx…`, since registry mirrors and admission policies match on
 * what is written. A digest that stood there is replaced.
 *
 * @param form `tag-digest` keeps a tag that was written and adds none; `digest` drops it
 */
export function pinnedText(reference: Reference, digest: Digest, form: 'tag-digest' | 'digest'): string {
  return `${sourceName(reference, form === 'tag-digest')}@${digest}`
}

/** What the author wrote before the digest, with or without the tag. */
function sourceName({ text, tag, digest }: Reference, withTag: boolean): string {
  const named = digest === undefined ? text : text.slice(0, -(digest.length + 1))
  return withTag || tag === undefined ? named : named.slice(0, -(tag.length + 1))
}
