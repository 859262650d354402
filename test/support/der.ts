import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { X509Certificate } from '@sigstore/core'

/** Makes a certificate that nobody signed, with these extensions. */
export function certificateWith(extensions: readonly Buffer[]): X509Certificate {
  return X509Certificate.parse(Buffer.from(unsignedCertificate(extensions)))
}

/** The same in DER. */
export function unsignedCertificate(
  extensions: readonly Buffer[],
  publicKey: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
): Buffer {
  const empty = der(0x30)
  const time = der(0x17, Buffer.from('260101000000Z'))
  const tbs = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    empty,
    empty,
    der(0x30, time, time),
    empty,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions)),
  )
  return der(0x30, tbs, empty, der(0x03, Buffer.from([0])))
}

/** Makes an extension of a certificate. */
export function extension(id: string, value: Buffer, isCritical: boolean = false): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : []
  return der(0x30, objectId(id), ...critical, der(0x04, value))
}

/** Encodes a value in DER. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** Encodes an object identifier in DER. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}
