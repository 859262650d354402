import { PinpullError } from '../diagnostics/errors.ts'
import { DIGEST } from './grammar.ts'
import type { Digest } from './reference.ts'

/** The number of hex digits by registered algorithm. blake3 is registered too, but is not computed. */
const ENCODED_LENGTH: Readonly<Record<string, number>> = {
  sha256: 64,
  sha384: 96,
  sha512: 128,
  blake3: 64,
}

/**
 * Parses `algorithm:encoded` with the grammar of references and the rules of go-digest: a known algorithm, and
 * lower-case hex digits of exactly its length.
 *
 * @throws {PinpullError} REFERENCE_INVALID
 */
export function parseDigest(text: string): Digest {
  const reason = invalidDigestReason(text)
  if (reason !== undefined) throw new PinpullError('REFERENCE_INVALID', { image: text, reason })
  return text as Digest
}

/** Returns why a text is not a digest, in words; undefined if it is one. */
export function invalidDigestReason(text: string): string | undefined {
  if (text === '') return 'there is no digest after "@"'
  if (!DIGEST.test(text)) return 'the digest is not of the form algorithm:hex'
  const algorithm = digestAlgorithm(text)
  const encoded = text.slice(algorithm.length + 1)
  const length = Object.hasOwn(ENCODED_LENGTH, algorithm) ? ENCODED_LENGTH[algorithm] : undefined
  if (length === undefined) return `the digest algorithm "${algorithm}" is unknown`
  if (encoded.length !== length) {
    return `a ${algorithm} digest has ${length} hex digits, and this one has ${encoded.length}`
  }
  if (/[A-F]/.test(encoded)) return 'the hex digits of a digest are lower case'
  return undefined
}

/** Returns the algorithm of a digest, such as `sha256`. */
export function digestAlgorithm(digest: string): string {
  return digest.slice(0, digest.indexOf(':'))
}
