import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { PinpullError } from '../diagnostics/errors.ts'
import { referenceOrNone } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import { unrewritten } from './subject.ts'

/** Tells why nodes would not pull an image: an error with its code. Undefined where nothing is said against it. */
export type BlockOf = (reference: Reference) => Promise<PinpullError | undefined>

/**
 * Holds images that no registry is asked for against a list of blocked registries: one that names its digest already is not
 * pulled from there either.
 *
 * @param entries the images; what is no reference is passed over
 */
export async function blockedFindings(
  entries: readonly ImageEntry[],
  profile: Profile,
  blockOf: BlockOf,
): Promise<Diagnostic[]> {
  const found = await Promise.all(
    entries.map(async ({ image, at }): Promise<Diagnostic[]> => {
      const reference = referenceOrNone(image)
      const block = reference && (await blockOf(unrewritten(reference, profile)))
      if (block === undefined) return []
      const { code, args } = block
      return [{ code, severity: unresolvedSeverity(block, profile.unresolved), args: { ...args, image }, at }]
    }),
  )
  return found.flat()
}

/**
 * How much it weighs that an image was not resolved. A file that says where to ask and cannot be used is no trouble of the
 * image's: it stops every run.
 */
export function unresolvedSeverity(
  { code }: Pick<PinpullError, 'code'>,
  unresolved: Profile['unresolved'],
): 'error' | 'warning' {
  return unresolved === 'deny' || code === 'REGISTRY_HOSTS_INVALID' ? 'error' : 'warning'
}
