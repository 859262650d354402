import type { Attachment } from '../oci/attachment.ts'
import type { VerifyDemand, VerifySubject } from './demand.ts'
import type { Effort } from './effort.ts'
import { readBundle } from './objects/bundle.ts'
import { readEnvelope, readSimpleSigning } from './objects/cosign-layer.ts'
import { checkPredicate } from './objects/provenance.ts'
import type { SignedObject } from './objects/signed-object.ts'
import { readSimpleSigningPayload } from './objects/simple-signing.ts'
import { readStatement, SIGNATURE_TYPE, type Statement, signedDigest } from './objects/statement.ts'
import { Refusal, shown } from './refusal.ts'
import { type RankedSigner, verifySigner } from './signer.ts'
import type { RefusedAttachment, VerifiedAttachment } from './verdict.ts'
import { describeWanted, type Wanted } from './wanted.ts'

/** An object that satisfies something that is demanded. */
export interface Satisfied {
  readonly wanted: Wanted
  readonly object: VerifiedAttachment
  /** The place of the signer in the demand. */
  readonly rank: number
}

/** What became of one object. */
export interface Judgement {
  readonly satisfied: readonly Satisfied[]
  /** Why it does not count; several if it is an attestation that several conditions were compared with. */
  readonly refused: readonly RefusedAttachment[]
}

/**
 * Judges one object that is attached to an image.
 * @param effort what may be spent on the image; it is counted down
 */
export function judge(
  attachment: Attachment,
  subject: VerifySubject,
  demand: VerifyDemand,
  wanted: readonly Wanted[],
  effort: Effort,
): Judgement {
  const refusal = (error: unknown, what: string, counts = true): RefusedAttachment => {
    const { message, wanted: right, found } = asRefusal(error)
    return {
      attachment,
      what,
      reason: message,
      wanted: right && shown(right),
      found: found && shown(found),
      counts,
    }
  }
  const container = CONTAINERS[attachment.kind]
  let object: SignedObject
  let statement: Statement | undefined
  try {
    object = readObject(attachment, subject)
    if (object.claim.kind === 'statement')
      statement = readStatement(object.claim.payload, object.claim.payloadType)
  } catch (error) {
    return { satisfied: [], refused: [refusal(error, container)] }
  }
  const what = describeObject(container, statement)
  const meant = wanted.filter((one) => isMeant(one, statement))
  if (meant.length === 0) {
    const demanded = wanted.map(describeWanted).join(' and ')
    return { satisfied: [], refused: [refusal(new Refusal(`it is not ${demanded}`), what, false)] }
  }
  let signer: RankedSigner
  let signed: Pick<VerifiedAttachment, 'digest' | 'dockerReference'>
  try {
    signer = verifySigner(object, demand, effort)
    signed = readClaim(object, statement, subject)
  } catch (error) {
    return { satisfied: [], refused: [refusal(error, what)] }
  }
  const { rank, ...verified } = signer
  const satisfied: Satisfied[] = []
  const refused: RefusedAttachment[] = []
  for (const one of meant) {
    try {
      const provenance =
        one.kind === 'attestation' && statement !== undefined
          ? {
              type: statement.predicateType,
              ...checkPredicate(statement.predicateType, statement.predicate, one),
            }
          : {}
      satisfied.push({ wanted: one, rank, object: { attachment, ...verified, ...signed, ...provenance } })
    } catch (error) {
      refused.push(refusal(error, what))
    }
  }
  return { satisfied, refused }
}

const CONTAINERS: Readonly<Record<Attachment['kind'], string>> = {
  bundle: 'bundle',
  signature: 'signature',
  attestation: 'attestation',
}

function readObject(attachment: Attachment, subject: VerifySubject): SignedObject {
  switch (attachment.kind) {
    case 'bundle':
      return readBundle(attachment.content, subject)
    case 'signature':
      return readSimpleSigning(attachment)
    case 'attestation':
      return readEnvelope(attachment)
  }
}

function describeObject(container: string, statement: Statement | undefined): string {
  if (statement === undefined) return container === 'bundle' ? 'bundle with a signature of bytes' : container
  const { predicateType } = statement
  if (predicateType === SIGNATURE_TYPE) return `${container} with a signature`
  return container === 'bundle'
    ? `bundle with an attestation of type ${shown(predicateType)}`
    : `attestation of type ${shown(predicateType)}`
}

/** Whether an object is of the kind that is demanded, by what it says itself. */
function isMeant(wanted: Wanted, statement: Statement | undefined): boolean {
  if (wanted.kind === 'attestation') return statement?.predicateType === wanted.type
  return statement === undefined || statement.predicateType === SIGNATURE_TYPE
}

function readClaim(
  { claim }: SignedObject,
  statement: Statement | undefined,
  subject: VerifySubject,
): Pick<VerifiedAttachment, 'digest' | 'dockerReference'> {
  if (statement !== undefined) return { digest: signedDigest(statement, subject) }
  if (claim.kind === 'simple-signing') return readSimpleSigningPayload(claim.payload, subject)
  return { digest: subject.digest }
}

/** An object that is built in an unexpected way is refused, whatever stumbles over it. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  return new Refusal(`it cannot be read: ${shown(error instanceof Error ? error.message : String(error))}`)
}
