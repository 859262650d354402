import type { RefusedAttachment, Verdict } from './verdict.ts'

/**
 * Formats why an image does not verify, a line for each object that was looked at:
 * `referrer sha256:0123…: bundle with a signature: its certificate is for somebody else: wanted …, found …`.
 *
 * @param verdict of an image that was not verified
 * @param limit the number of lines of objects
 * @returns lines that are safe to print
 */
export function formatRefusals(
  { refused, notLookedAt }: Exclude<Verdict, { kind: 'verified' }>,
  limit: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const left = Math.max(0, refused.length - limit)
  // Those that could have counted first.
  const sorted = refused.toSorted((a, b) => Number(b.counts) - Number(a.counts))
  return [
    ...sorted.slice(0, limit).map(formatRefusal),
    ...(left > 0 ? [`${left} more that do not count`] : []),
    ...(notLookedAt > 0 ? [`${notLookedAt} more were not looked at, since there are too many`] : []),
  ]
}

/** Formats why one object does not count, in one line. */
export function formatRefusal({ attachment, what, reason, wanted, found }: RefusedAttachment): string {
  const compared = [
    ...(wanted === undefined ? [] : [`wanted ${wanted}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ]
  const detail = compared.length === 0 ? '' : `: ${compared.join(', ')}`
  return `${attachment.place}: ${what}: ${reason}${detail}`
}
