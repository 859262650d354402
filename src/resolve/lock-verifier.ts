import { PinpullError } from '../diagnostics/errors.ts'
import type { Lock } from '../lock/lock.ts'
import { objectName, objectsOf, type SignatureStore, signatureFolder } from '../lock/signature-store.ts'
import type { Attachment, Attachments } from '../oci/attachment.ts'
import { parseManifest, platformsOf } from '../oci/manifest.ts'
import type { Verification, Verifier, VerifyRequest } from '../plan/verifier.ts'
import { canonicalText, type Digest } from '../reference/reference.ts'
import { describeWanted, wantedOf } from '../verify/wanted.ts'
import { withVerifierMemoization } from './memoization.ts'

/**
 * Judges what is attached to a digest by the rule, the keys and the trusted root of now.
 * @param index the index that names the digest, which may be signed instead
 * @throws {PinpullError} SIGNATURE_MISSING, SIGNATURE_INVALID if it does not verify; VERIFY_SETTINGS_INVALID
 */
export type JudgeAttachments = (
  request: VerifyRequest,
  attachments: Attachments,
  index?: Digest,
) => Promise<Verification>

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
 * Creates a verifier that verifies the signatures beside the lock file again, once for each digest and rule, which costs no request. What the lock file says
 * about them is not looked at: its entries only tell which objects to read.
 *
 * A digest without stored signatures, or one whose stored signatures do not verify any more because the rule, a key or the root has
 * changed, is left to `fallback`. Without it, that is VERIFICATION_NOT_STORED or the error of the stored signatures.
 */
export function lockVerifier({ lock, file, store, judge, fallback }: LockVerifierOptions): Verifier {
  let known: ReadonlyMap<Digest, StoredNames> | undefined
  const inTurn = oneAtATime()

  /** @returns undefined if nothing is stored */
  const judgeStored = async (request: VerifyRequest): Promise<Verification | undefined> => {
    known ??= namesByDigest(lock)
    const { objects, indexes } = known.get(request.digest) ?? { objects: [], indexes: [] }
    const attachments = readAttachments([...objects], store, file)
    if (attachments.list.length === 0) return undefined
    if (request.platform === undefined) return judge(request, attachments)
    const found = findIndex(request.digest, [...indexes], store)
    if (typeof found === 'string') return judge(request, withProblem(attachments, found))
    const verification = await judge(request, attachments, found.digest)
    return verification.index === undefined
      ? verification
      : { ...verification, readIndex: async () => found.bytes }
  }

  return withVerifierMemoization({
    async verify(request) {
      try {
        const verification = await inTurn(() => judgeStored(request))
        if (verification !== undefined) return verification
      } catch (error) {
        if (!isRefusal(error)) throw error
        // What is stored was enough for another rule, and nothing of what this one demands is there.
        if (fallback === undefined)
          throw error.code === 'SIGNATURE_MISSING' ? notStored(request, file) : error
      }
      if (fallback !== undefined) return fallback.verify(request)
      throw notStored(request, file)
    },
  })
}

/** Judging takes no waiting, so that one digest after another is as fast, and the objects of one at a time are in memory. */
function oneAtATime(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const next = last.then(act)
    last = next.catch(() => {})
    return next
  }
}

/**
 * What the lock file names for each digest, whatever the name it is locked under: they are about its content, and a tag and its platform, or a copy
 * in another repository, have the same.
 */
function namesByDigest({ entries }: Lock): ReadonlyMap<Digest, StoredNames> {
  const known = new Map<Digest, { readonly objects: Set<Digest>; readonly indexes: Set<Digest> }>()
  for (const entry of entries) {
    const objects = objectsOf(entry)
    if (objects.length === 0) continue
    const all = known.get(entry.digest) ?? { objects: new Set(), indexes: new Set() }
    for (const one of objects) all.objects.add(one)
    if (entry.verified?.index !== undefined) all.indexes.add(entry.verified.index)
    known.set(entry.digest, all)
  }
  return known
}

/** What the lock file names for a digest. */
interface StoredNames {
  readonly objects: Iterable<Digest>
  /** The indexes that are signed in place of the manifest of a platform. */
  readonly indexes: Iterable<Digest>
}

/** One is usual; several tags may have the same manifest in different indexes. */
const MAX_INDEXES = 4

/**
 * Finds an index that lists the manifest of a platform. That the lock file names it proves nothing: its bytes do.
 *
 * @returns the index; or why there is none, as a clause
 * @throws {PinpullError} LOCK_SIGNATURE_INVALID
 */
function findIndex(
  digest: Digest,
  named: readonly Digest[],
  store: SignatureStore,
): { readonly digest: Digest; readonly bytes: Uint8Array } | string {
  if (named.length === 0)
    return 'no index that lists the manifest of the platform is stored; if it is the index that is signed, pinpull lock FILE stores it'
  const problems: string[] = []
  for (const one of named.slice(0, MAX_INDEXES)) {
    const bytes = store.readIndex(one)
    const index = bytes === undefined ? undefined : parseManifest(bytes, '')
    if (bytes === undefined)
      problems.push(`the index ${objectName(one)} is not there; pinpull lock FILE stores it`)
    else if (index?.kind === 'index' && platformsOf(index.entries).some((entry) => entry.digest === digest))
      return { digest: one, bytes }
    else problems.push(`${objectName(one)} is no index that lists the manifest of the platform`)
  }
  return problems.join(' and ')
}

function withProblem({ list, searches }: Attachments, problem: string): Attachments {
  return { list, searches: searches.map((one) => ({ ...one, problems: [...one.problems, problem] })) }
}

/**
 * A digest has a signature, or some attestations; more than this are not read, so that a lock file cannot make a run read for ever, or fill
 * its memory.
 */
const MAX_OBJECTS = 100
const MAX_BYTES = 128 * 1024 * 1024

/** @throws {PinpullError} LOCK_SIGNATURE_INVALID */
function readAttachments(named: readonly Digest[], store: SignatureStore, file: string): Attachments {
  const list: Attachment[] = []
  const problems: string[] = []
  let bytes = 0
  let read = 0
  for (const digest of named.slice(0, MAX_OBJECTS)) {
    if (bytes > MAX_BYTES) break
    const attachment = store.read(digest)
    read += 1
    if (attachment === undefined) problems.push(`${objectName(digest)} is not there`)
    else {
      list.push(attachment)
      bytes += attachment.content.length
    }
  }
  if (read < named.length) problems.push(`${named.length - read} more were not read`)
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
    demand: wantedOf(rule).map(describeWanted).join(' and '),
    file,
    digest,
  })
}
