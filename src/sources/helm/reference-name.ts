import type { Reference } from '../../reference/reference.ts'

/** The name of an image as it is spelled, without tag and digest. */
export function formatReferenceName({ text, tag, digest }: Reference): string {
  const named = digest === undefined ? text : text.slice(0, -(digest.length + 1))
  return tag === undefined ? named : named.slice(0, -(tag.length + 1))
}
