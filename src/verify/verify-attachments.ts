import type { Attachment, Attachments } from '../oci/attachment.ts'
import type { VerifyDemand, VerifySubject } from './demand.ts'
import { fullEffort } from './effort.ts'
import { type Judgement, judge, type Satisfied } from './judge.ts'
import type { Verdict } from './verdict.ts'
import { describeWanted, type Wanted, wantedOf } from './wanted.ts'

/** cosign reads as many signatures of one image (pkg/oci/layout and remote, `maxLayers`). */
const MAX_ATTACHMENTS = 1000
/** An attestation with a list of all packages has a few megabytes. */
const MAX_BYTES = 32 * 1024 * 1024
const MAX_BYTES_TOGETHER = 128 * 1024 * 1024

/**
 * Judges what is attached to an image. It is a function of its arguments: it looks at no clock, file or network.
 *
 * @param subject the image
 * @param attachments what is attached to it, and to the index that names it
 * @param demand what it needs
 * @returns what was verified, or for each object why it does not count; no attachment makes it throw
 */
export function verifyAttachments(
  subject: VerifySubject,
  attachments: Attachments,
  demand: VerifyDemand,
): Verdict {
  const wanted = wantedOf(demand)
  const effort = fullEffort()
  const looked = withinLimits(attachments.list)
  const judgements = looked.map((attachment) =>
    attachment.content.length > MAX_BYTES
      ? tooLarge(attachment)
      : judge(attachment, subject, demand, wanted, effort),
  )
  const refused = judgements.flatMap((one) => one.refused)
  const satisfied = judgements.flatMap((one) => one.satisfied)
  const chosen = wanted.map((one) => bestFor(one, satisfied))
  const met = chosen.filter((one) => one !== undefined)
  const [first] = met
  if (first !== undefined && met.length === wanted.length) {
    const { by, signer, issuer } = first.object
    const times = met.map(({ object }) => object.at).filter((at) => at !== undefined)
    return {
      kind: 'verified',
      by,
      signer,
      issuer,
      at: times.length === 0 ? undefined : Math.min(...times),
      objects: met.map(({ object }) => object),
      refused,
    }
  }
  const unmet = wanted.filter((_, index) => chosen[index] === undefined).map(describeWanted)
  const isOfTheKind = satisfied.length > 0 || refused.some(({ counts }) => counts)
  return {
    kind: isOfTheKind ? 'invalid' : 'missing',
    unmet,
    refused,
    notLookedAt: attachments.list.length - looked.length,
  }
}

/** The first ones, as many as are read in bounded time and memory. */
function withinLimits(list: readonly Attachment[]): readonly Attachment[] {
  let bytes = 0
  const end = list.slice(0, MAX_ATTACHMENTS).findIndex(({ content }) => {
    bytes += content.length
    return bytes > MAX_BYTES_TOGETHER
  })
  return list.slice(0, end < 0 ? MAX_ATTACHMENTS : end)
}

function tooLarge(attachment: Attachment): Judgement {
  const reason = `it has ${attachment.content.length} bytes; at most ${MAX_BYTES} are read`
  return { satisfied: [], refused: [{ attachment, what: attachment.kind, reason, counts: true }] }
}

/** The signer that the demand lists first; of several objects by the same one the oldest. So the order on a registry is of no matter. */
function bestFor(wanted: Wanted, satisfied: readonly Satisfied[]): Satisfied | undefined {
  const time = ({ object }: Satisfied): number => object.at ?? Number.POSITIVE_INFINITY
  return satisfied
    .filter((one) => one.wanted === wanted)
    .toSorted((a, b) => a.rank - b.rank || compareNumbers(time(a), time(b)) || compareTexts(a, b))[0]
}

function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function compareTexts({ object: a }: Satisfied, { object: b }: Satisfied): number {
  return a.attachment.digest < b.attachment.digest ? -1 : 1
}
