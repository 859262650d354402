import type { Reference } from '../../reference/reference.ts'

/** The name of an image as it is spelled, without tag and digest. */
export function formatReferenceName({ text, tag, digest }: Reference): string {
  const named = digest === undefined ? text : text.slice(0, -(digest.length + 1))
  return tag === undefined ? named : named.slice(0, -(tag.length + 1))
}

/**
 * Replaces a reference in a text where it is whole, and not a part of a longer name, tag or digest. A scheme may be before it
 * (`oci://`).
 */
export function replaceReference(text: string, reference: string, replacement: string): string {
  if (!text.includes(reference)) return text
  const escaped = reference.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const whole = new RegExp(`(?<![\\w.:@-])(?<!(?<!:/)/)${escaped}(?![\\w./:@-])`, 'g')
  return text.replace(whole, () => replacement)
}
