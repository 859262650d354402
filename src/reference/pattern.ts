import { compileGlob, type Glob } from './glob.ts'
import { repositoryName, splitDomain } from './normalize.ts'
import type { Reference } from './reference.ts'

/** A compiled pattern of image names. */
export interface ReferencePattern {
  /** As the user wrote it. */
  readonly text: string
  matches(reference: Reference): boolean
}

/**
 * Compiles a pattern of image names:
 *
 * - it is compared with the full name, so that the author's spelling does not matter, and is itself completed as a
 *   reference would be: `nginx` means `docker.io/library/nginx`, `bitnami/*` means `docker.io/bitnami/*`;
 * - `*` stands for any characters but `/`, `**` for any characters at all, `?` for one that is not `/`;
 * - a pattern that begins with `**` is not completed: `**` matches every image, `**` + `/pause` every `pause`;
 * - after a colon that follows the last slash comes a pattern of the tag: `ghcr.io/acme/*:dev-*`. An image without a
 *   tag and digest has the tag `latest` there; one with a digest alone has none, and does not match.
 */
export function parsePattern(text: string): ReferencePattern {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1)
  const name = compileGlob(completed(colon < 0 ? text : text.slice(0, colon)), '/')
  const tag = colon < 0 ? undefined : compileGlob(text.slice(colon + 1), '/')
  return {
    text,
    matches: (reference) =>
      name.matches(repositoryName(reference)) && (tag === undefined || matchesTag(tag, reference)),
  }
}

function matchesTag(pattern: Glob, { tag, digest }: Reference): boolean {
  if (tag !== undefined) return pattern.matches(tag)
  return digest === undefined && pattern.matches('latest')
}

function completed(name: string): string {
  if (name.startsWith('**')) return name
  const { domain, rest } = splitDomain(name)
  return `${domain}/${rest}`
}
