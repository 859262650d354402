import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Attachment } from '../../src/oci/attachment.ts'
import { computeDigest } from '../../src/reference/content-digest.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { formatRefusals } from '../../src/verify/account.ts'
import type { PublicKey, VerifyDemand, VerifySubject } from '../../src/verify/demand.ts'
import { parsePublicKey } from '../../src/verify/public-key.ts'
import { parseTrustedRoot, type TrustedRoot } from '../../src/verify/trusted-root.ts'
import type { Verdict } from '../../src/verify/verdict.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import type { KeylessLab, LabBundle, LabLayer } from './keyless-lab.ts'

/** The image that is judged. */
export const DIGEST: Digest = `sha256:${'a'.repeat(64)}` as Digest
export const SUBJECT: { readonly digest: Digest } = { digest: DIGEST }

/** A demand that trusts a lab; of whom it demands what, `more` says. */
export function demandIn(
  { trustedRoot }: Pick<KeylessLab, 'trustedRoot'>,
  more: Partial<VerifyDemand>,
): VerifyDemand {
  return {
    identities: [],
    keys: [],
    attestations: [],
    transparencyLog: 'required',
    trustedRoot: trustedRootOf(trustedRoot),
    ...more,
  }
}

/** Makes an attachment of a bundle, as an object or as text. */
export function bundleAt(bundle: LabBundle, place: string = 'referrer'): Attachment {
  const content = Buffer.from(typeof bundle === 'string' ? bundle : JSON.stringify(bundle))
  return { kind: 'bundle', content, annotations: {}, place, digest: computeDigest('sha256', content) }
}

/** Makes an attachment of a layer of a tag `.sig` or `.att`. */
export function layerAt(
  kind: 'signature' | 'attestation',
  { content, annotations }: LabLayer,
  place: string = kind === 'signature' ? '.sig' : '.att',
): Attachment {
  return { kind, content, annotations, place, digest: computeDigest('sha256', content) }
}

/** Reads a trusted root that must be usable. */
export function trustedRootOf(root: LabBundle): TrustedRoot {
  const parsed = parseTrustedRoot(Buffer.from(JSON.stringify(root)))
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

/** Reads the public half of a key, as a file would have it. */
export function publicKeyOf(name: string, key: KeyObject): PublicKey {
  const parsed = parsePublicKey(
    name,
    Buffer.from(createPublicKey(key).export({ type: 'spki', format: 'pem' })),
  )
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

/** Judges attachments, and formats the verdict: `verified by …`, or a line for each object. */
export function judged(
  subject: VerifySubject,
  list: readonly Attachment[],
  demand: VerifyDemand,
): readonly string[] {
  return verdictLines(verifyAttachments(subject, { list, searches: [] }, demand))
}

/** Formats a verdict in lines. */
export function verdictLines(verdict: Verdict): readonly string[] {
  if (verdict.kind !== 'verified') {
    return [`${verdict.kind}: ${verdict.unmet.join(' and ')}`, ...formatRefusals(verdict)]
  }
  const { signer, issuer, objects } = verdict
  const types = objects.map(({ type, attachment }) => type ?? attachment.kind)
  return [`verified by ${signer}${issuer === undefined ? '' : ` of ${issuer}`}: ${types.join(', ')}`]
}
