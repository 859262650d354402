import { PinpullError } from '../diagnostics/errors.ts'
import type { Lock } from '../lock/lock.ts'
import { objectName, objectsOf, type SignatureStore, signatureFolder } from '../lock/signature-store.ts'
import type { Attachments } from '../oci/attachment.ts'
import type { Verification, Verifier, VerifyRequest } from '../plan/verifier.ts'
import { canonicalText, type Digest } from '../reference/reference.ts'

/**
 * Judges what is attached to a digest by the rule, the keys and the trusted root of now.
 * @throws {PinpullError} SIGNATURE_MISSING, SIGNATURE_INVALID if it does not verify; VERIFY_SETTINGS_INVALID
 */
export type JudgeAttachments = (request: VerifyRequest, attachments: Attachments) => Promise<Verification>

/** What a verifier of locked digests is made of. */
export interface LockVerifierOptions {
  readonly lock: Lock
  /** The name of the lock file, for messages. */
  readonly file: string
  /** The signatures beside it (`openSignatureStore`). */
  readonly store: SignatureStore
  readonly judge: JudgeAttachments
  /** Asks registries; absent where they may not be asked. */
  readonly fallback?: Verifier | undefined
}

/**
 * Creates a verifier that verifies the signatures beside the lock file again, which costs no request. What the lock file says
 * about them is not looked at: its entries only tell which objects to read.
 *
 * A digest without stored signatures, or one whose stored signatures do not verify any more because the rule, a key or the root has
 * changed, is left to `fallback`. Without it, that is VERIFICATION_NOT_STORED or the error of the stored signatures.
 */
export function lockVerifier({ lock, file, store, judge, fallback }: LockVerifierOptions): Verifier {
  let known: ReadonlyMap<Digest, ReadonlySet<Digest>> | undefined
  return {
    async verify(request) {
      known ??= objectsByDigest(lock)
      const named = [...(known.get(request.digest) ?? [])]
      const attachments = readAttachments(named, store, file)
      if (attachments.list.length === 0) {
        if (fallback !== undefined) return fallback.verify(request)
        throw notStored(request, file)
      }
      try {
        return await judge(request, attachments)
      } catch (error) {
        if (!isRefusal(error)) throw error
        if (fallback !== undefined) return fallback.verify(request)
        // What is stored was enough for another rule, and nothing of what this one demands is there.
        throw error.code === 'SIGNATURE_MISSING' ? notStored(request, file) : error
      }
    },
  }
}

/**
 * The objects of each digest, whatever the name it is locked under: they are about its content, and a tag and its platform, or a copy
 * in another repository, have the same.
 */
function objectsByDigest({ entries }: Lock): ReadonlyMap<Digest, ReadonlySet<Digest>> {
  const known = new Map<Digest, Set<Digest>>()
  for (const entry of entries) {
    const objects = objectsOf(entry)
    if (objects.length === 0) continue
    const all = known.get(entry.digest) ?? new Set()
    for (const one of objects) all.add(one)
    known.set(entry.digest, all)
  }
  return known
}

/** A digest has a signature, or some attestations; more than this are not read, so that a lock file cannot make a run read for ever. */
const MAX_OBJECTS = 100

/** @throws {PinpullError} LOCK_SIGNATURE_INVALID */
function readAttachments(named: readonly Digest[], store: SignatureStore, file: string): Attachments {
  const read = named.slice(0, MAX_OBJECTS).map((digest) => ({ digest, attachment: store.read(digest) }))
  const left = named.length - read.length
  const list = read.flatMap(({ attachment }) => attachment ?? [])
  const problems = read.flatMap(({ digest, attachment }) =>
    attachment === undefined ? [`${objectName(digest)} is not there`] : [],
  )
  if (left > 0) problems.push(`${left} more were not read`)
  return { list, searches: [{ place: signatureFolder(file), from: file, found: list.length, problems }] }
}

function isRefusal(error: unknown): error is PinpullError {
  return (
    error instanceof PinpullError &&
    (error.code === 'SIGNATURE_MISSING' || error.code === 'SIGNATURE_INVALID')
  )
}

function notStored({ reference, digest, rule }: VerifyRequest, file: string): PinpullError {
  return new PinpullError('VERIFICATION_NOT_STORED', {
    image: canonicalText(reference),
    rule: rule.label,
    demand: demandOf(rule),
    file,
    digest,
  })
}

function demandOf({ attestations }: VerifyRequest['rule']): string {
  if (attestations.length === 0) return 'a signature'
  return attestations.map(({ type }) => `an attestation of type ${type}`).join(' and ')
}
