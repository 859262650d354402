import { X509Certificate as NodeCertificate } from 'node:crypto'
import type { X509Certificate } from '@sigstore/core'
import type { SignedEntity } from '@sigstore/verify'
import type { NamedTrust } from './library-trust.ts'
import { Refusal } from './refusal.ts'
import { formatPeriod, formatTime, isWithin } from './time.ts'

/** Looks up why no authority of the trusted root vouches for a certificate at the time of the signature. */
export function certificateReason(
  { key, tlogEntries, timestamps }: SignedEntity,
  trust: NamedTrust,
): Refusal {
  if (key.$case !== 'certificate') return new Refusal('its certificate cannot be verified')
  const { certificate } = key
  const times = [
    ...tlogEntries
      .filter(({ inclusionPromise }) => inclusionPromise !== undefined)
      .map(({ integratedTime }) => ({
        what: 'its log entry',
        time: new Date(Number(integratedTime) * 1000),
      })),
    ...timestamps.flatMap((one) =>
      one.$case === 'timestamp-authority' ? [{ what: 'its timestamp', time: one.timestamp.signingTime }] : [],
    ),
  ]
  const period = { start: certificate.notBefore, end: certificate.notAfter }
  const outside = times.find(({ time }) => !isWithin(period, time))
  if (outside !== undefined) {
    return new Refusal(`its certificate was not valid at the time of ${outside.what}`, {
      wanted: formatPeriod(period),
      found: formatTime(outside.time),
    })
  }
  const unknown = times.find(
    ({ time }) => !trust.certificateAuthorities.some(({ validFor }) => isWithin(validFor, time)),
  )
  if (unknown !== undefined) {
    return new Refusal(`no certificate authority of ${trust.name} was valid when it was signed`, {
      found: formatTime(unknown.time),
    })
  }
  return issuerRefusal(certificate, trust)
}

/** The refusal of a certificate that no authority of the trusted root has issued. */
export function issuerRefusal(certificate: X509Certificate, { name }: NamedTrust): Refusal {
  return new Refusal(`its certificate was not issued by a certificate authority of ${name}`, {
    found: `issued by ${issuerName(certificate)}`,
  })
}

/** Looks up which timestamp does not verify, and why. */
export function timestampReason({ timestamps }: SignedEntity, trust: NamedTrust): Refusal {
  for (const one of timestamps) {
    if (one.$case !== 'timestamp-authority') continue
    const { timestamp } = one
    const authorities = trust.timestampAuthorities.filter(
      ({ certChain: [leaf] }) =>
        leaf?.serialNumber.equals(timestamp.signerSerialNumber) && leaf.issuer.equals(timestamp.signerIssuer),
    )
    const found = formatTime(timestamp.signingTime)
    const [authority] = authorities
    if (authority === undefined) return new Refusal(`its timestamp is not from an authority of ${trust.name}`)
    if (!authorities.some(({ validFor }) => isWithin(validFor, timestamp.signingTime))) {
      return new Refusal(`its timestamp is from a time at which ${trust.name} does not trust the authority`, {
        wanted: formatPeriod(authority.validFor),
        found,
      })
    }
    const expired = authority.certChain.find(
      (certificate) => !certificate.validForDate(timestamp.signingTime),
    )
    if (expired !== undefined) {
      return new Refusal(
        'its timestamp is from a time at which the certificate of the authority was not valid',
        {
          wanted: formatPeriod({ start: expired.notBefore, end: expired.notAfter }),
          found,
        },
      )
    }
  }
  return new Refusal('its timestamp is for another signature, or was changed')
}

/** Returns who issued a certificate, as its distinguished name in one line. */
function issuerName(certificate: X509Certificate): string {
  try {
    return new NodeCertificate(certificate.root.toDER()).issuer.split('\n').join(', ')
  } catch {
    return 'an unreadable name'
  }
}
