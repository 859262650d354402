import type { X509Certificate } from '@sigstore/core'
import { Refusal } from './refusal.ts'

const OID_EXTENDED_KEY_USAGE = '2.5.29.37'
const OID_CODE_SIGNING = '1.3.6.1.5.5.7.3.3'

/** The extensions that are looked at, here or by the library; and the two that only help to build chains. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID_EXTENDED_KEY_USAGE,
  '2.5.29.14', // subject key identifier
  '2.5.29.15', // key usage
  '2.5.29.17', // subject alternative name
  '2.5.29.19', // basic constraints
  '2.5.29.35', // authority key identifier
])

/**
 * Checks that a certificate is for signing code. The library looks at neither this nor critical extensions; cosign does both (Go's
 * `x509.Verify`), since an authority of a company may also issue certificates for other uses.
 *
 * @throws {Refusal}
 */
export function checkCodeSigning(certificate: X509Certificate): void {
  const usages = certificate.extension(OID_EXTENDED_KEY_USAGE)?.valueObj.subs[0]?.subs ?? []
  if (!usages.some((usage) => usage.toOID() === OID_CODE_SIGNING)) {
    throw new Refusal('its certificate is not for signing code (extended key usage)')
  }
  const critical = unknownCritical(certificate)
  if (critical !== undefined) {
    throw new Refusal(`its certificate has a critical extension that is not understood: ${critical}`)
  }
}

/**
 * Returns the id of an extension that limits what a certificate may be used for, and that nobody here looks at: name constraints
 * (2.5.29.30) of an authority, for example.
 */
export function unknownCritical(certificate: X509Certificate): string | undefined {
  return certificate.extensions
    .map(({ subs }) => ({
      id: subs[0]?.toOID() ?? '',
      isCritical: subs.length === 3 && subs[1]?.toBoolean() === true,
    }))
    .find(({ id, isCritical }) => isCritical && !UNDERSTOOD.has(id))?.id
}
