import type { ASN1Obj } from '@sigstore/core'
import { Refusal } from './refusal.ts'

/**
 * How many log entries and timestamps are verified for one image. A thousand signatures, as many as are looked at, may have one of
 * each; verifying one takes up to 2 ms.
 */
const MAX_PROOFS = 2000

/** What may still be spent on one image. */
export interface Effort {
  proofs: number
}

/** Starts to count for an image. */
export function fullEffort(): Effort {
  return { proofs: MAX_PROOFS }
}

/**
 * Counts log entries and timestamps that are about to be verified.
 * @throws {Refusal} if the image has had enough
 */
export function spendProofs(effort: Effort, count: number): void {
  effort.proofs -= count
  if (effort.proofs < 0) {
    throw new Refusal(
      `what is attached to the image has more than ${MAX_PROOFS} log entries and timestamps; the rest is not verified`,
    )
  }
}

/**
 * Checks that a certificate or timestamp is not made of many small parts: the library encodes it again, more than once, which takes
 * time that grows with the square of their number.
 *
 * @param max 150 are usual in a certificate, and 430 in a timestamp
 * @throws {Refusal}
 */
export function checkParts(root: ASN1Obj, max: number, what: string): void {
  const left = [root]
  let count = 0
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    count += 1
    if (count > max) throw new Refusal(`${what} in it has more than ${max} parts`)
    for (const sub of part.subs) left.push(sub)
  }
}
