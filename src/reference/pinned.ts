import type { Digest, Reference } from './reference.ts'

/**
 * The reference with a digest, in the author's own spelling of the name: `nginx:1.27` becomes
 * `nginx:1.27@sha256:…`, never `docker.io/library/nginx…`, since registry mirrors and admission policies match on
 * what is written. A digest that stood there is replaced.
 *
 * @param form `tag-digest` keeps a tag that was written and adds none; `digest` drops it
 */
export function pinnedText(reference: Reference, digest: Digest, form: 'tag-digest' | 'digest'): string {
  return `${writtenName(reference, form === 'tag-digest')}@${digest}`
}

/** What the author wrote before the digest, with or without the tag. */
function writtenName({ text, tag, digest }: Reference, withTag: boolean): string {
  const named = digest === undefined ? text : text.slice(0, -(digest.length + 1))
  return withTag || tag === undefined ? named : named.slice(0, -(tag.length + 1))
}
