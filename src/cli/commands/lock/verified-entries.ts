import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../../diagnostics/errors.ts'
import type { LockEntry } from '../../../lock/lock.ts'
import type { LockFile } from '../../../lock/lock-file.ts'
import { withVerified } from '../../../lock/moving-tag.ts'
import { parseReference } from '../../../reference/parse.ts'
import {
  type DigestVerification,
  type SignatureCollector,
  signerIn,
} from '../../../resolve/signature-collector.ts'
import { entryPlaces } from './locked-digests.ts'

/** What entries are verified with. */
export interface EntryVerification {
  readonly file: LockFile
  /** Absent where the profile verifies nothing. */
  readonly signatures?: SignatureCollector | undefined
  readonly signal: AbortSignal
}

/** What came of verifying entries of a lock file. */
export interface VerifiedEntries {
  /** Entries about which more is known now. */
  readonly noted: readonly { readonly before: LockEntry; readonly after: LockEntry }[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Verifies the digests of entries that keep them. Nothing is done where the profile verifies nothing. */
export async function verifyEntries(
  { file, signatures, signal }: EntryVerification,
  entries: readonly LockEntry[],
): Promise<VerifiedEntries> {
  if (signatures === undefined) return { noted: [], diagnostics: [] }
  const placeOf = entryPlaces(file)
  const verified = await Promise.all(
    entries.map(async (before) => {
      const { verification, diagnostics } = await verifyEntry(before, { signatures, signal })
      const after = withVerified(before, signerIn(verification))
      const located = diagnostics.map((one) => ({ ...one, at: placeOf(before) }))
      return { noted: after === before ? [] : [{ before, after }], diagnostics: located }
    }),
  )
  return {
    noted: verified.flatMap(({ noted }) => noted),
    diagnostics: verified.flatMap(({ diagnostics }) => diagnostics),
  }
}

/** Verifies the digest of one entry, and reports why it does not verify, or why that could not be found out. */
export async function verifyEntry(
  { reference: image, digest, platform }: LockEntry,
  { signatures, signal }: Omit<EntryVerification, 'file'>,
): Promise<{
  readonly verification?: DigestVerification | undefined
  readonly diagnostics: readonly Diagnostic[]
}> {
  try {
    const verification = await signatures?.verify(parseReference(image), digest, { platform, signal })
    if (verification?.kind !== 'refused') return { verification, diagnostics: [] }
    const { error, isEnforced } = verification
    const severity = isEnforced ? 'error' : 'warning'
    return {
      verification,
      diagnostics: [{ code: error.code, severity, args: { ...error.args, image } }],
    }
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    return { diagnostics: [{ code: error.code, severity: 'error', args: { ...error.args, image } }] }
  }
}
