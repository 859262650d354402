import { X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'
import type { ConnectionEvent, SeenCertificate } from '../registry/http/observation.ts'
import { PEM_CERTIFICATE } from '../registry/http/tls.ts'
import type { ReadFile } from './recording.ts'
import type { Step } from './step.ts'

/**
 * Describes a handshake that succeeded.
 *
 * @param files the files that were read, in which the authority is searched
 * @param env names the file of `NODE_EXTRA_CA_CERTS`
 */
export function describeHandshake(
  { protocol, alpn, certificates, isVerified }: ConnectionEvent & { readonly kind: 'handshake' },
  files: readonly ReadFile[],
  env: Readonly<Record<string, string | undefined>>,
): Step {
  const spoken = [protocol, alpn].filter((one) => one !== undefined).join(', ')
  const details = describeChain(certificates)
  if (isVerified) {
    const text = `${spoken}; verified by ${describeAuthority(certificates, files, env)}`
    return { name: 'TLS', status: 'ok', text, details }
  }
  return {
    name: 'TLS',
    status: 'warning',
    text: `${spoken}; NOT verified: settings or NODE_TLS_REJECT_UNAUTHORIZED=0 turn it off`,
    details,
    hint: 'name the authority with ca in the configuration, and turn the verification on again',
  }
}

/** One line about each certificate of a chain: whom it is for, who issued it, and when it is valid. */
export function describeChain(chain: readonly SeenCertificate[]): readonly string[] {
  return chain.map(({ subject, issuer, validFrom, validTo, names }) => {
    const by = subject === issuer ? 'self-signed' : `issued by ${issuer}`
    const forNames = names.length === 0 ? '' : `; for ${names.map(plainName).join(', ')}`
    return `${subject || 'no subject'}, ${by}; valid from ${day(validFrom)} to ${day(validTo)}${forNames}`
  })
}

/**
 * Says which authority a chain was verified by, and which file or store that authority is from.
 *
 * @param files the files that were read, in which certificates are searched
 * @param env names the file of `NODE_EXTRA_CA_CERTS`
 */
export function describeAuthority(
  chain: readonly SeenCertificate[],
  files: readonly ReadFile[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const authority = chain.at(-1)
  if (authority === undefined) return 'an authority that this runtime does not show'
  return `${authority.subject} (${sourceOf(authority.fingerprint, files, env)})`
}

function sourceOf(
  fingerprint: string,
  files: readonly ReadFile[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const file = files.findLast(({ text }) => has(text.match(PEM_CERTIFICATE) ?? [], fingerprint))
  if (file !== undefined) return file.path
  if (has(getCACertificates('extra'), fingerprint))
    return `NODE_EXTRA_CA_CERTS: ${env['NODE_EXTRA_CA_CERTS']}`
  if (has(getCACertificates('bundled'), fingerprint))
    return "the authorities that come with Node: Mozilla's list"
  return "the system's store"
}

function has(certificates: readonly string[], fingerprint: string): boolean {
  return certificates.some((pem) => fingerprintOf(pem) === fingerprint)
}

function fingerprintOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256
  } catch {
    return undefined
  }
}

/**
 * Explains why a chain was not verified.
 *
 * @param code the error code of Node or OpenSSL
 * @param host the host that was contacted
 * @param now milliseconds since the epoch
 */
export function describeDistrust(
  code: string,
  chain: readonly SeenCertificate[],
  host: string,
  now: number,
): string {
  const [own] = chain
  const last = chain.at(-1)
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'the certificate is self-signed, and not one of those that are trusted here'
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return `the chain ends with ${last?.subject ?? 'an authority'}, which is not trusted here`
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `${last?.issuer ?? 'its authority'} is not trusted here, and the server sent no certificate that leads to a trusted authority`
    case 'CERT_SIGNATURE_FAILURE':
      return `a trusted authority has the name ${last?.issuer ?? 'of its issuer'}, but another key`
    case 'CERT_HAS_EXPIRED': {
      const expired = chain.find(({ validTo }) => Date.parse(validTo) < now)
      return expired === undefined
        ? 'a certificate has expired'
        : `${expired.subject} expired on ${day(expired.validTo)}`
    }
    case 'CERT_NOT_YET_VALID':
      return 'a certificate is not valid yet; check the clock of this machine'
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = own?.names.map(plainName).join(', ') || own?.subject
      return `the certificate is for ${names ?? 'another host'}, not for ${host}`
    }
    default:
      return code
  }
}

/** `DNS:a.example` without the kind. */
function plainName(name: string): string {
  return name.replace(/^(?:DNS|IP Address):/, '')
}

/** A time of OpenSSL as a date; unchanged if it is not a time. */
function day(time: string): string {
  const milliseconds = Date.parse(time)
  return Number.isNaN(milliseconds) ? time : new Date(milliseconds).toISOString().slice(0, 10)
}
