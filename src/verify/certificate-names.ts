import type { X509Certificate } from '@sigstore/core'

/** Fulcio's extensions and name types (sigstore/fulcio, docs/oid-info.md). */
const OID_ISSUER_V1 = '1.3.6.1.4.1.57264.1.1'
const OID_ISSUER_V2 = '1.3.6.1.4.1.57264.1.8'
const OID_USERNAME = '1.3.6.1.4.1.57264.1.7'

/** Tags of a GeneralName (RFC 5280, 4.2.1.6). */
const OTHER_NAME = 0
const EMAIL = 1
const URI = 6

/** For whom a certificate was issued. */
export interface CertificateNames {
  /** Its subject alternative names: URIs, e-mail addresses and user names. Fulcio gives a certificate exactly one. */
  readonly subjects: readonly string[]
  /** The identity provider that vouched for the subject; absent if the certificate does not say. */
  readonly issuer: string | undefined
}

/**
 * Reads for whom a certificate was issued. The library drops the eighth bit of every character, with which `\xe1cme` would
 * read `acme`; names that are not UTF-8 are no names here.
 */
export function certificateNames(certificate: X509Certificate): CertificateNames {
  const names = certificate.extSubjectAltName?.valueObj.subs[0]?.subs ?? []
  const subjects = names.map((name) => {
    if (name.tag.isContextSpecific(URI) || name.tag.isContextSpecific(EMAIL)) return decodeText(name.value)
    if (!name.tag.isContextSpecific(OTHER_NAME) || name.subs[0]?.toOID() !== OID_USERNAME) return undefined
    return decodeText(name.subs[1]?.subs[0]?.value)
  })
  const issuer = certificate.extension(OID_ISSUER_V2)?.valueObj.subs[0]?.value
  return {
    subjects: subjects.filter((name) => name !== undefined),
    issuer: decodeText(issuer ?? certificate.extension(OID_ISSUER_V1)?.value),
  }
}

function decodeText(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
