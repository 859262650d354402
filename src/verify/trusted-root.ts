import { createPublicKey, type KeyObject } from 'node:crypto'
import { X509Certificate } from '@sigstore/core'
import type { TrustMaterial } from '@sigstore/verify'
import { isJsonObject, parseJson } from '../json.ts'
import { decodeBase64 } from './base64.ts'
import { unknownCritical } from './certificate-use.ts'
import { PUBLIC_GOOD_ROOT } from './public-good-root.ts'
import { Refusal, shown } from './refusal.ts'
import { parseStrictJson } from './strict-json.ts'

type Authority = TrustMaterial['certificateAuthorities'][number]
type Log = TrustMaterial['tlogs'][number]
type JsonObject = Record<string, unknown>

/** Whom to trust: certificate authorities, logs, timestamp authorities. Made by `parseTrustedRoot` and `publicGoodRoot`. */
export interface TrustedRoot {
  /** What reasons call it. */
  readonly name: string
  readonly certificateAuthorities: Authority[]
  readonly timestampAuthorities: Authority[]
  readonly tlogs: Log[]
  readonly ctlogs: Log[]
}

const MEDIA_TYPES: readonly unknown[] = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]
const MAX_BYTES = 4 * 1024 * 1024
const END_OF_TIME = new Date(8.64e15)

/**
 * Parses a trusted root (sigstore/protobuf-specs, sigstore_trustroot.proto). It is read here and not by the library, which
 * takes a missing start of validity for 1970, and a missing list for an empty one.
 *
 * @param json the file
 * @returns the root; or why it cannot be used, as a clause in lower case
 */
export function parseTrustedRoot(json: Uint8Array): TrustedRoot | { readonly problem: string } {
  try {
    return readRoot(json)
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message }
    throw error
  }
}

/**
 * Returns sigstore's public-good root, as it was on the day in its name. It is read when one of its lists is first needed: that
 * takes longer than it takes to verify a signature with a key.
 */
export function publicGoodRoot(): TrustedRoot {
  let root: TrustedRoot | undefined
  const read = (): TrustedRoot => {
    root ??= readRoot(new TextEncoder().encode(PUBLIC_GOOD_ROOT.json))
    return root
  }
  return {
    name: `sigstore's public root of ${PUBLIC_GOOD_ROOT.date} (without trustedRoot)`,
    get certificateAuthorities() {
      return read().certificateAuthorities
    },
    get timestampAuthorities() {
      return read().timestampAuthorities
    },
    get tlogs() {
      return read().tlogs
    },
    get ctlogs() {
      return read().ctlogs
    },
  }
}

function readRoot(json: Uint8Array): TrustedRoot {
  if (json.length > MAX_BYTES) throw new Refusal(`it has ${json.length} bytes; ${MAX_BYTES} are read`)
  if (isSeveral(json))
    throw new Refusal('it has several trusted roots, one a line; save the one that is meant in a file')
  const root = parseStrictJson(json, 'it')
  if (!isJsonObject(root)) throw new Refusal('it is not a JSON object')
  const { mediaType } = root
  if (!MEDIA_TYPES.includes(mediaType)) {
    const found = typeof mediaType === 'string' ? `${shown(mediaType)}` : 'none'
    throw new Refusal(`its media type is not that of a trusted root: ${found}`)
  }
  return {
    name: 'the trusted root',
    tlogs: listOf(root, 'tlogs').map(readLog),
    ctlogs: listOf(root, 'ctlogs').map(readLog),
    certificateAuthorities: listOf(root, 'certificateAuthorities').map(readAuthority),
    timestampAuthorities: listOf(root, 'timestampAuthorities').map(readAuthority),
  }
}

/** Whether each line is a root, as `gh attestation trusted-root` writes them. */
function isSeveral(json: Uint8Array): boolean {
  const lines = Buffer.from(json).toString().trim().split('\n')
  return lines.length > 1 && lines.every((line) => isJsonObject(parseJson(line)))
}

interface Entry {
  /** For reasons: `tlogs[0]`. */
  readonly at: string
  readonly value: JsonObject
}

/** Protobuf leaves empty lists out, so a list may be absent. */
function listOf(root: JsonObject, key: string): Entry[] {
  const list = root[key] ?? []
  if (!Array.isArray(list)) throw new Refusal(`${key} is not a list`)
  return list.map((value: unknown, index) => {
    const at = `${key}[${index}]`
    if (!isJsonObject(value)) throw new Refusal(`${at} is not an object`)
    return { at, value }
  })
}

function readLog({ at, value }: Entry): Log {
  const baseURL = value['baseUrl']
  if (typeof baseURL !== 'string' || baseURL === '') throw new Refusal(`${at} has no baseUrl`)
  const publicKey = value['publicKey']
  if (!isJsonObject(publicKey)) throw new Refusal(`${at} has no publicKey`)
  const id = value['checkpointKeyId'] ?? value['logId']
  if (!isJsonObject(id)) throw new Refusal(`${at} has no logId`)
  return {
    baseURL,
    logID: bytesOf(id['keyId'], `${at}.logId.keyId`),
    publicKey: readKey(bytesOf(publicKey['rawBytes'], `${at}.publicKey.rawBytes`), at),
    validFor: readPeriod(publicKey['validFor'], `${at}.publicKey.validFor`),
  }
}

function readKey(der: Buffer, at: string): KeyObject {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key: der, format: 'der', type })
    } catch {
      // Not in this encoding.
    }
  }
  throw new Refusal(`${at}.publicKey.rawBytes is not a public key`)
}

function readAuthority({ at, value }: Entry): Authority {
  const chain = value['certChain']
  const certificates = isJsonObject(chain) ? chain['certificates'] : undefined
  if (!Array.isArray(certificates) || certificates.length === 0) {
    throw new Refusal(`${at}.certChain has no certificates`)
  }
  return {
    certChain: certificates.map((certificate: unknown, index) => {
      const place = `${at}.certChain.certificates[${index}]`
      const raw = bytesOf(
        isJsonObject(certificate) ? certificate['rawBytes'] : undefined,
        `${place}.rawBytes`,
      )
      return readCertificate(raw, place)
    }),
    validFor: readPeriod(value['validFor'], `${at}.validFor`),
  }
}

function readCertificate(der: Buffer, place: string): X509Certificate {
  let certificate: X509Certificate
  let critical: string | undefined
  try {
    certificate = X509Certificate.parse(Buffer.from(der))
    createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' })
    critical = unknownCritical(certificate)
  } catch {
    throw new Refusal(`${place} is not a certificate`)
  }
  // Without it, the authority would be trusted with more than it may do.
  if (critical !== undefined) {
    throw new Refusal(`${place} has a critical extension that is not understood: ${critical}`)
  }
  return certificate
}

function bytesOf(value: unknown, at: string): Buffer {
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined
  if (bytes === undefined || bytes.length === 0) throw new Refusal(`${at} is missing or not base64`)
  return bytes
}

/** A period includes both of its ends. Without an end it lasts; without a start it would have been valid always. */
function readPeriod(value: unknown, at: string): { start: Date; end: Date } {
  // In the JSON of protobuf, null stands for an absent value.
  const { start, end } = isJsonObject(value) ? value : {}
  if (start === undefined || start === null)
    throw new Refusal(`${at} has no start: from when on it is trusted is unknown`)
  const period = {
    start: readTime(start, `${at}.start`),
    end: end === undefined || end === null ? END_OF_TIME : readTime(end, `${at}.end`),
  }
  if (period.start > period.end) throw new Refusal(`${at} ends before it starts`)
  return period
}

function readTime(value: unknown, at: string): Date {
  const isTime =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value)
  const time = new Date(isTime ? value : Number.NaN)
  if (Number.isNaN(time.getTime())) throw new Refusal(`${at} is not a time in RFC 3339`)
  return time
}
