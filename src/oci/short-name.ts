import type { Digest } from '../reference/reference.ts'

/** A digest that is short enough for a list: `sha256:0123456789ab…`. */
export function shortDigest(digest: Digest): string {
  return digest.replace(/^([^:]+:.{12}).+/, '$1…')
}

/** A tag that is short enough for a list: `sha256-0123456789ab….sig`. */
export function shortTag(tag: string): string {
  return tag.replace(/^([^-]+-.{12})[0-9a-f]+/, '$1…')
}
