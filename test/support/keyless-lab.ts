import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
} from '@sigstore/mock'
import type { Digest } from '../../src/reference/reference.ts'

/** Who signs with a certificate. */
export interface LabIdentity {
  readonly subject: string
  readonly issuer: string
}

/** The kind of log entry that a signature gets; `rekor2` has no time of its own. */
export type LabEntry = 'hashedrekord' | 'dsse' | 'intoto' | 'rekor2'

/** How something is signed. */
export interface LabOptions {
  /** Its certificate is issued for this identity. Without one, `key` signs. */
  readonly identity?: LabIdentity
  /** A private key. */
  readonly key?: KeyObject
  /** Absent for no entry. */
  readonly entry?: LabEntry | undefined
  /** A private key whose public half the log entry names instead of the signer. */
  readonly loggedKey?: KeyObject
  /** Whether a timestamp authority signs the time. */
  readonly hasTimestamp?: boolean
}

/** A bundle as an object that a test may change before it writes it. */
// biome-ignore lint/suspicious/noExplicitAny: tests take bundles apart and put wrong things into them
export type LabBundle = any

/** A layer of a tag `.sig` or `.att`. */
export interface LabLayer {
  readonly content: Uint8Array
  readonly annotations: Readonly<Record<string, string>>
}

/** A Sigstore deployment in memory: a certificate authority, its log, a transparency log, a timestamp authority. */
export interface KeylessLab {
  /** The trusted root of the deployment, as an object that `JSON.stringify` writes. */
  readonly trustedRoot: LabBundle
  /** Signs a payload in a DSSE envelope. */
  signPayload(payload: Uint8Array, options: LabOptions, payloadType?: string): Promise<LabBundle>
  /** Signs bytes themselves. */
  signMessage(bytes: Uint8Array, options: LabOptions): Promise<LabBundle>
  /** Signs a simple signing payload as cosign 2 does. */
  signLayer(payload: Uint8Array, options: LabOptions): Promise<LabLayer>
  /** Signs a statement as `cosign attest` of version 2 does. */
  attestLayer(payload: Uint8Array, options: LabOptions): Promise<LabLayer>
  /** The handlers of Fulcio and Rekor for an HTTP server: `path` and a function of the request's body. */
  readonly handlers: readonly { readonly path: string; fn(body: string): Promise<LabBundle> }[]
}

const OID_ISSUER_V1 = '1.3.6.1.4.1.57264.1.1'
const OID_ISSUER_V2 = '1.3.6.1.4.1.57264.1.8'
const OID_SHA256 = '2.16.840.1.101.3.4.2.1'
const STATEMENT = 'application/vnd.in-toto+json'

/** Makes an in-toto statement about digests. */
export function statementOf(
  digests: readonly Digest[],
  predicateType: string = 'https://sigstore.dev/cosign/sign/v1',
  predicate: unknown = {},
): Uint8Array {
  const subject = digests.map((digest) => {
    const [algorithm = '', encoded] = digest.split(':')
    return { digest: { [algorithm]: encoded } }
  })
  return Buffer.from(
    JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate }),
  )
}

/** Makes a simple signing payload, as cosign writes it. */
export function simpleSigningOf(digest: Digest, dockerReference: string = ''): Uint8Array {
  const critical = {
    identity: { 'docker-reference': dockerReference },
    image: { 'docker-manifest-digest': digest },
    type: 'cosign container image signature',
  }
  return Buffer.from(JSON.stringify({ critical, optional: null }))
}

/**
 * Starts a deployment with keys of its own.
 *
 * @param options `now`: the time of everything that it signs, in whole seconds; its authorities are valid from the real time on,
 *   for a year, so it may only be later: without one, it is in a minute. `loggedAt`: the time of its transparency log, if that is
 *   another. `host`: of its transparency log
 */
export async function keylessLab({
  now = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000),
  loggedAt = now,
  host = 'rekor.example',
}: {
  now?: Date
  loggedAt?: Date
  host?: string
} = {}): Promise<KeylessLab> {
  const ctlog = await initializeCTLog(keyPair(), now)
  const ca = await initializeCA(keyPair(), ctlog, now)
  const tlog = await initializeTLog(`https://${host}`, keyPair(), loggedAt)
  const tsa = await initializeTSA(keyPair(), now)

  async function certificateFor(key: KeyObject, { subject, issuer }: LabIdentity): Promise<Buffer> {
    const certificate = await ca.issueCertificate({
      publicKey: key.export({ type: 'spki', format: 'der' }) as Buffer<ArrayBuffer>,
      subjectAltName: subject,
      extensions: [
        { oid: OID_ISSUER_V1, value: issuer, legacy: true },
        { oid: OID_ISSUER_V2, value: issuer },
      ],
    })
    return bufferOf(certificate)
  }

  async function signBytes(bytes: Buffer, { identity, key }: LabOptions): Promise<Signature> {
    if (key !== undefined) {
      const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
      return { signature: sign(hash, bytes, key), verifier: publicPem(key), certificate: undefined, key }
    }
    if (identity === undefined) throw new Error('an identity or a key signs')
    const pair = keyPair()
    const certificate = await certificateFor(pair.publicKey, identity)
    return {
      signature: sign('sha256', bytes, pair.privateKey),
      verifier: certificatePem(certificate),
      certificate,
      key: pair.privateKey,
    }
  }

  async function entryFor(kind: LabEntry, signed: Signature, content: Content): Promise<LabBundle> {
    const body = bodyOf(kind, signed, content)
    if (kind === 'rekor2') {
      const entry: LabBundle = await tlog.logV2(body)
      const { treeSize, rootHash, checkpoint } = entry.inclusionProof
      return {
        logIndex: entry.logIndex,
        logId: { keyId: entry.logId.keyId.toString('base64') },
        kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
        // The mock gives the proof the index of the entry, though its tree has one leaf.
        inclusionProof: {
          logIndex: '0',
          treeSize,
          rootHash: rootHash.toString('base64'),
          hashes: [],
          checkpoint,
        },
        canonicalizedBody: entry.canonicalizedBody.toString('base64'),
      }
    }
    const [entry]: LabBundle[] = Object.values(await tlog.log(body))
    const { inclusionProof, signedEntryTimestamp } = entry.verification
    return {
      logIndex: String(entry.logIndex),
      logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
      kindVersion: { kind: body.kind, version: body.apiVersion },
      integratedTime: String(entry.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(inclusionProof.logIndex),
        treeSize: String(inclusionProof.treeSize),
        rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
        hashes: inclusionProof.hashes,
        checkpoint: { envelope: inclusionProof.checkpoint },
      },
      canonicalizedBody: entry.body,
    }
  }

  async function timestampOf(bytes: Buffer): Promise<string> {
    const timestamp = await tsa.timestamp({
      artifactHash: sha256(bytes),
      hashAlgorithmOID: OID_SHA256,
      nonce: 1,
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq: true,
    })
    return bufferOf(timestamp).toString('base64')
  }

  async function materialOf(
    signed: Signature,
    content: Content,
    { entry, loggedKey, hasTimestamp }: LabOptions,
  ): Promise<LabBundle> {
    return {
      ...(signed.certificate === undefined
        ? { publicKey: { hint: sha256(Buffer.from(signed.verifier)).toString('base64') } }
        : { certificate: { rawBytes: signed.certificate.toString('base64') } }),
      tlogEntries: entry === undefined ? [] : [await entryFor(entry, logged(signed, loggedKey), content)],
      timestampVerificationData: {
        rfc3161Timestamps:
          hasTimestamp === true ? [{ signedTimestamp: await timestampOf(signed.signature) }] : [],
      },
    }
  }

  async function layerOf(
    signed: Signature,
    content: Content,
    timestamped: Buffer,
    { entry, hasTimestamp }: LabOptions,
  ): Promise<Record<string, string>> {
    const logEntry = entry === undefined ? undefined : await entryFor(entry, signed, content)
    return {
      ...(signed.certificate === undefined
        ? {}
        : {
            'dev.sigstore.cosign/certificate': signed.verifier,
            'dev.sigstore.cosign/chain': certificatePem(bufferOf(ca.rootCertificate)),
          }),
      ...(logEntry === undefined
        ? {}
        : {
            'dev.sigstore.cosign/bundle': JSON.stringify({
              SignedEntryTimestamp: logEntry.inclusionPromise.signedEntryTimestamp,
              Payload: {
                body: logEntry.canonicalizedBody,
                integratedTime: Number(logEntry.integratedTime),
                logIndex: Number(logEntry.logIndex),
                logID: Buffer.from(logEntry.logId.keyId, 'base64').toString('hex'),
              },
            }),
          }),
      ...(hasTimestamp === true
        ? {
            'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
              SignedRFC3161Timestamp: await timestampOf(timestamped),
            }),
          }
        : {}),
    }
  }

  const period = { start: '2020-01-01T00:00:00Z' }
  const logOf = (baseUrl: string, key: Buffer): LabBundle => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: period },
    logId: { keyId: sha256(key).toString('base64') },
  })
  const authorityOf = (uri: string, certificates: readonly ArrayBufferView[]): LabBundle => ({
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri,
    certChain: { certificates: certificates.map((one) => ({ rawBytes: bufferOf(one).toString('base64') })) },
    validFor: period,
  })

  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logOf(`https://${host}`, tlog.publicKey)],
      ctlogs: [logOf('https://ctlog.example', ctlog.publicKey)],
      certificateAuthorities: [authorityOf('https://fulcio.example', [ca.rootCertificate])],
      timestampAuthorities: [authorityOf('https://tsa.example', [tsa.intCertificate, tsa.rootCertificate])],
    },
    handlers: [fulcioHandler(ca), rekorHandler(tlog)] as KeylessLab['handlers'],
    async signPayload(payload, options, payloadType = STATEMENT) {
      const content = envelopeOf(Buffer.from(payload), payloadType)
      const signed = await signBytes(content.bytes, options)
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: await materialOf(signed, content, options),
        dsseEnvelope: writeEnvelope(content, signed),
      }
    },
    async signMessage(bytes, options) {
      const content: Content = {
        bytes: Buffer.from(bytes),
        payload: Buffer.from(bytes),
        payloadType: undefined,
      }
      const signed = await signBytes(content.bytes, options)
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: await materialOf(signed, content, options),
        messageSignature: {
          messageDigest: { algorithm: 'SHA2_256', digest: sha256(content.bytes).toString('base64') },
          signature: signed.signature.toString('base64'),
        },
      }
    },
    async signLayer(payload, options) {
      const bytes = Buffer.from(payload)
      const content: Content = { bytes, payload: bytes, payloadType: undefined }
      const signed = await signBytes(bytes, options)
      return {
        content: bytes,
        annotations: {
          'dev.cosignproject.cosign/signature': signed.signature.toString('base64'),
          ...(await layerOf(signed, content, signed.signature, options)),
        },
      }
    },
    async attestLayer(payload, options) {
      const content = envelopeOf(Buffer.from(payload), STATEMENT)
      const signed = await signBytes(content.bytes, options)
      const envelope = Buffer.from(JSON.stringify(writeEnvelope(content, signed)))
      return {
        content: envelope,
        annotations: {
          'dev.cosignproject.cosign/signature': '',
          predicateType: JSON.parse(content.payload.toString()).predicateType,
          ...(await layerOf(signed, content, envelope, options)),
        },
      }
    },
  }
}

interface Signature {
  readonly signature: Buffer
  /** The certificate or key in PEM. */
  readonly verifier: string
  readonly certificate: Buffer | undefined
  readonly key: KeyObject
}

interface Content {
  /** What is signed. */
  readonly bytes: Buffer
  readonly payload: Buffer
  /** Of a DSSE envelope. */
  readonly payloadType: string | undefined
}

function envelopeOf(payload: Buffer, payloadType: string): Content {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `
  return { bytes: Buffer.concat([Buffer.from(head), payload]), payload, payloadType }
}

function writeEnvelope({ payload, payloadType }: Content, { signature }: Signature): LabBundle {
  return {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64') }],
  }
}

/** The entry as Rekor stores it; the mock stores what it is given. */
function bodyOf(
  kind: LabEntry,
  { signature, verifier, certificate, key }: Signature,
  { bytes, payload }: Content,
): LabBundle {
  const sig = signature.toString('base64')
  const pem = Buffer.from(verifier).toString('base64')
  const payloadHash = { algorithm: 'sha256', value: sha256(payload).toString('hex') }
  switch (kind) {
    case 'hashedrekord':
      return {
        apiVersion: '0.0.1',
        kind,
        spec: {
          data: { hash: { algorithm: 'sha256', value: sha256(bytes).toString('hex') } },
          signature: { content: sig, publicKey: { content: pem } },
        },
      }
    case 'dsse':
      return {
        apiVersion: '0.0.1',
        kind,
        spec: { envelopeHash: payloadHash, payloadHash, signatures: [{ signature: sig, verifier: pem }] },
      }
    case 'intoto':
      return {
        apiVersion: '0.0.2',
        kind,
        spec: {
          content: {
            envelope: {
              payloadType: STATEMENT,
              signatures: [{ publicKey: pem, sig: Buffer.from(sig).toString('base64') }],
            },
            hash: payloadHash,
            payloadHash,
          },
        },
      }
    case 'rekor2':
      return {
        apiVersion: '0.0.2',
        kind: 'hashedrekord',
        spec: {
          hashedRekordV002: {
            data: { algorithm: 'SHA2_256', digest: sha256(bytes).toString('base64') },
            signature: {
              content: sig,
              verifier: {
                keyDetails: 'PKIX_ECDSA_P256_SHA_256',
                ...(certificate === undefined
                  ? {
                      publicKey: {
                        rawBytes: (publicOf(key).export({ type: 'spki', format: 'der' }) as Buffer).toString(
                          'base64',
                        ),
                      },
                    }
                  : { x509Certificate: { rawBytes: certificate.toString('base64') } }),
              },
            },
          },
        },
      }
  }
}

function logged(signed: Signature, key: KeyObject | undefined): Signature {
  return key === undefined ? signed : { ...signed, verifier: publicPem(key), certificate: undefined, key }
}

function keyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === 'public' ? key : createPublicKey(key)
}

function publicPem(key: KeyObject): string {
  return publicOf(key).export({ type: 'spki', format: 'pem' }).toString()
}

function certificatePem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function bufferOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
