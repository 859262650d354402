import { createPublicKey, type KeyObject } from 'node:crypto'
import type { PublicKey } from './demand.ts'

const MAX_BYTES = 64 * 1024
/** OpenSSL's own limit of what it verifies with. */
const MAX_RSA_BITS = 16_384
const MIN_RSA_BITS = 2048
const CURVES: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1']

/**
 * Reads the file of a public key: PEM with a SubjectPublicKeyInfo (`BEGIN PUBLIC KEY`, as `cosign generate-key-pair` writes)
 * or a PKCS#1 RSA key.
 *
 * @param name the file, as the configuration writes it
 * @returns the key; or why it cannot be used, as a clause in lower case
 */
export function parsePublicKey(name: string, pem: Uint8Array): PublicKey | { readonly problem: string } {
  if (pem.length > MAX_BYTES) return { problem: `it has ${pem.length} bytes; a public key has a few hundred` }
  const text = Buffer.from(pem).toString('latin1').trim()
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return {
      problem: 'it is a private key; only the public key is needed, and the private one should not be here',
    }
  }
  if (!/^-----BEGIN (?:RSA )?PUBLIC KEY-----\r?\n/.test(text)) {
    return { problem: 'it is not PEM that starts with -----BEGIN PUBLIC KEY-----' }
  }
  if ((text.match(/-----BEGIN /g) ?? []).length > 1)
    return { problem: 'it has more than one key; list one file for each' }
  let key: KeyObject
  try {
    key = createPublicKey(text)
  } catch {
    return { problem: 'its PEM holds no public key that can be read' }
  }
  const problem = keyProblem(key)
  return problem === undefined ? { name, key } : { problem }
}

function keyProblem({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): string | undefined {
  switch (type) {
    case 'ed25519':
      return undefined
    case 'ec':
      return CURVES.includes(details?.namedCurve)
        ? undefined
        : `its curve is ${details?.namedCurve}; P-256, P-384 and P-521 are supported`
    case 'rsa': {
      const bits = details?.modulusLength ?? 0
      if (bits < MIN_RSA_BITS)
        return `it is an RSA key of ${bits} bits; fewer than ${MIN_RSA_BITS} are not safe`
      return bits > MAX_RSA_BITS
        ? `it is an RSA key of ${bits} bits; at most ${MAX_RSA_BITS} are supported`
        : undefined
    }
    default:
      return `it is a key of type ${type}; ECDSA, Ed25519 and RSA are supported`
  }
}
