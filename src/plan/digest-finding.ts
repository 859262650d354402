import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import type { PinpullError } from '../diagnostics/errors.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import type { Origin } from './resolver.ts'

/** Whether a registry answered that the image does not exist. */
export function isGone({ code }: Pick<PinpullError, 'code'>): boolean {
  return code === 'MANIFEST_UNKNOWN' || code === 'REPOSITORY_UNKNOWN'
}

/**
 * Reports a locked digest that the registry does not have.
 * @param error what asking for it failed with
 * @param lock where the lock file holds it
 */
export function digestGone(
  { args }: Pick<PinpullError, 'args'>,
  image: string,
  { path, domain, digest }: Reference,
  { from, line }: Pick<Origin, 'from' | 'line'>,
  at: Place,
): Diagnostic {
  return {
    code: 'LOCK_DIGEST_GONE',
    severity: 'error',
    args: {
      image,
      digest: digest ?? '',
      repository: args['repository'] ?? path,
      registry: args['registry'] ?? domain,
      where: line === undefined ? from : `line ${line} of ${from}`,
    },
    at,
  }
}

/**
 * Reports a digest that exists, but that the tag it was pinned for no longer names.
 * @param now the tag, and what it names; without a digest where the registry has no such tag
 */
export function digestUntagged(
  image: string,
  digest: Digest | undefined,
  now: { readonly tag: string; readonly digest: Digest | undefined },
  at: Place,
): Diagnostic {
  const names = now.digest === undefined ? 'is not there any more' : `names ${now.digest}`
  const args = { image, digest: digest ?? '', tag: now.tag, names }
  return { code: 'IMAGE_DIGEST_UNTAGGED', severity: 'info', args, at }
}
