import { readFileSync } from 'node:fs'
import type { Attachments } from '../../../src/oci/attachment.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import type { Digest } from '../../../src/reference/reference.ts'
import { formatRefusals } from '../../../src/verify/account.ts'
import type { PublicKey } from '../../../src/verify/demand.ts'
import { parsePublicKey } from '../../../src/verify/public-key.ts'
import { parseTrustedRoot, publicGoodRoot } from '../../../src/verify/trusted-root.ts'
import { verifyAttachments } from '../../../src/verify/verify-attachments.ts'
import { ask, findAttached } from '../../support/ask-registry.ts'
import type { SigningKeys } from '../support/cosign.ts'
import type { Demand, Verdict } from './row.ts'

export interface PinpullVerdict {
  readonly verdict: Verdict
  readonly why: string
}

/**
 * What Pinpull says of an image: its digest, what is attached to it, and whether that satisfies the demand.
 *
 * @param rootFile of the demand's root
 */
export async function verifyByPinpull(
  demand: Demand,
  keys: SigningKeys,
  rootFile: string | undefined,
  host: string,
  reference: string,
): Promise<PinpullVerdict> {
  const parsed = parseReference(reference)
  const digest = parsed.digest ?? ((await ask(reference)).descriptor.digest as Digest)
  const found = merge(await findAttached(`${host}/${demand.repository ?? parsed.path}`, digest))
  const verdict = verifyAttachments({ digest }, found, {
    identities: demand.identity === undefined ? [] : [demand.identity],
    keys: demand.key === undefined ? [] : [keyOf(keys[demand.key].publicFile)],
    attestations: demand.attestation === undefined ? [] : [demand.attestation],
    transparencyLog: demand.root === undefined ? 'optional' : 'required',
    trustedRoot: usable(rootFile === undefined ? publicGoodRoot() : parseTrustedRoot(readFileSync(rootFile))),
  })
  const problems = found.searches.flatMap((search) => search.problems)
  if (verdict.kind === 'verified') return { verdict: 'verified', why: '' }
  const why = [...problems, ...formatRefusals(verdict)].join('\n')
  const isInvalid = verdict.kind === 'invalid' || problems.length > 0
  return { verdict: isInvalid ? 'SIGNATURE_INVALID' : 'SIGNATURE_MISSING', why }
}

function merge(found: readonly Attachments[]): Attachments {
  return { list: found.flatMap(({ list }) => list), searches: found.flatMap(({ searches }) => searches) }
}

function keyOf(file: string): PublicKey {
  return usable(parsePublicKey(file, readFileSync(file)))
}

function usable<T extends object>(read: T | { readonly problem: string }): T {
  if ('problem' in read) throw new Error(String(read.problem))
  return read
}
