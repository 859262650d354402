import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate with its key, both PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate authority for tests: node:crypto can make keys and signatures but no certificates. */
export interface Authority {
  /** Its own certificate as PEM, which a client must trust. */
  readonly ca: string
  issue(request: CertificateRequest): Certificate
}

export interface CertificateRequest {
  /** The host names and IPv4 addresses for which it is valid. */
  readonly hosts: readonly string[]
  readonly notAfter?: Date
  /** The subject's common name, which identifies client certificates. */
  readonly name?: string
}

/**
 * Makes a certificate authority with a new key (RFC 5280; ECDSA on P-256 with SHA-256).
 *
 * @param name unique by default, because a client that trusts two authorities with the same name only tries the first
 */
export function createAuthority(name = `Pinpull test CA ${randomBytes(4).toString('hex')}`): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const extensions = [
    extension('551d13', sequence(der(0x01, Buffer.from([0xff]))), true), // basicConstraints: CA
    extension('551d0f', bits(Buffer.from([0x06])), true), // keyUsage: keyCertSign, cRLSign
  ]
  const own = { subject: name, issuer: name, publicKey: keys.publicKey, extensions }
  return {
    ca: certificate(own, keys.privateKey),
    issue: ({ hosts, notAfter, name: subject = 'Pinpull test' }) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const alternatives = sequence(...hosts.map(generalName))
      const cert = certificate(
        {
          subject,
          issuer: name,
          publicKey: pair.publicKey,
          notAfter,
          extensions: [extension('551d11', alternatives)], // subjectAltName
        },
        keys.privateKey,
      )
      return { cert, key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    },
  }
}

interface Body {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly notAfter?: Date | undefined
  readonly extensions: readonly Buffer[]
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))

function certificate(body: Body, signer: KeyObject): string {
  const until = body.notAfter ?? new Date('2099-12-31T00:00:00Z')
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguishedName(body.issuer),
    sequence(time(new Date('2020-01-01T00:00:00Z')), time(until)),
    distinguishedName(body.subject),
    body.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...body.extensions)),
  )
  const signature = bits(sign('sha256', toBeSigned, signer), 0)
  const base64 = sequence(toBeSigned, ECDSA_WITH_SHA256, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/** One DER value: tag, length, content (X.690, 8.1). */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const { length } = body
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), body])
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content)
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function bits(bytes: Buffer, unused = 1): Buffer {
  return der(0x03, Buffer.from([unused]), bytes)
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, ''))) // GeneralizedTime
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))))
}

function generalName(host: string): Buffer {
  return /^[\d.]+$/.test(host)
    ? der(0x87, Buffer.from(host.split('.').map(Number)))
    : der(0x82, Buffer.from(host))
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : []
  return sequence(oid(id), ...flag, der(0x04, value))
}
