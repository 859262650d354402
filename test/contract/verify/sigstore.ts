import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock'

/** A Sigstore of our own on loopback, with which real cosign signs: Fulcio, a certificate transparency log, Rekor v1. */
export interface Sigstore {
  readonly url: string
  /** A file with its trusted root. */
  readonly root: string
  readonly trustedRoot: TrustedRoot
  close(): Promise<void>
}

export interface SigstoreOptions {
  /** When the log receives entries, if not now. */
  readonly loggedAt?: Date
  /** Certificates without a signed certificate timestamp. */
  readonly hasNoCtLog?: boolean
}

interface LogInstance {
  readonly baseUrl: string
  readonly hashAlgorithm: string
  readonly publicKey: object
  readonly logId: { readonly keyId: string }
}

/** The file that `cosign trusted-root create` writes (protobuf-specs, TrustedRoot). */
export interface TrustedRoot {
  readonly mediaType: string
  readonly tlogs: readonly LogInstance[]
  readonly ctlogs: readonly LogInstance[]
  readonly certificateAuthorities: readonly {
    readonly uri: string
    readonly validFor: { readonly start: string }
  }[]
  readonly timestampAuthorities: readonly unknown[]
}

const START = '2026-01-01T00:00:00Z'
const CERTIFICATES = '/api/v2/signingCert'
const ENTRIES = '/api/v1/log/entries'

/**
 * Starts it. The parts are @sigstore/mock's; what cosign needs more of the real servers is added here.
 *
 * @param file for the trusted root
 */
export async function startSigstore(file: string, options: SigstoreOptions = {}): Promise<Sigstore> {
  const answers = new Map<string, (request: IncomingMessage, body: string) => Promise<Answer>>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = await answers.get(request.url ?? '')?.(request, Buffer.concat(chunks).toString())
    response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const ctLog = await initializeCTLog(keyPair())
  const authority = await initializeCA(keyPair(), options.hasNoCtLog === true ? undefined : ctLog)
  const log = await initializeTLog(url, keyPair(), options.loggedAt)
  const fulcio = fulcioHandler(authority)
  const rekor = rekorHandler(log)

  answers.set(CERTIFICATES, async (request, body) => {
    // A client in Go sends the token as a header, and takes no status but 200.
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    const asked = { credentials: { oidcIdentityToken: token }, ...(JSON.parse(body) as object) }
    const { statusCode, response } = await fulcio.fn(JSON.stringify(asked))
    const headers = { 'content-type': 'application/json' }
    return { status: statusCode === 201 ? 200 : statusCode, headers, body: textOf(response) }
  })
  answers.set(ENTRIES, async (_, body) => {
    const { statusCode, response } = await rekor.fn(canonicalEntry(body))
    const [uuid = ''] = Object.keys(JSON.parse(textOf(response)) as object)
    const headers = { 'content-type': 'application/json', etag: uuid, location: `${ENTRIES}/${uuid}` }
    return { status: statusCode, headers, body: textOf(response) }
  })

  const trustedRoot: TrustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [instance(url, log.publicKey)],
    ctlogs: [instance(url, ctLog.publicKey)],
    certificateAuthorities: [
      {
        uri: url,
        validFor: { start: START },
        ...{
          subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
          certChain: { certificates: [{ rawBytes: base64(authority.rootCertificate) }] },
        },
      },
    ],
    timestampAuthorities: [],
  }
  writeFileSync(file, JSON.stringify(trustedRoot, undefined, 2))
  return {
    url,
    root: file,
    trustedRoot,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

/** A token as a provider of identities issues it; nobody here checks its signature. */
export function identityToken(subject: string, issuer: string, claims: object = {}): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = {
    sub: subject,
    iss: issuer,
    aud: 'sigstore',
    iat: 1,
    nbf: 1,
    exp: 4_000_000_000,
    ...claims,
  }
  return [part({ alg: 'RS256', typ: 'JWT' }), part(payload), Buffer.alloc(256, 7).toString('base64url')].join(
    '.',
  )
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

function textOf(response: string | ArrayBufferView): string {
  return typeof response === 'string' ? response : Buffer.from(base64(response), 'base64').toString()
}

function keyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function instance(baseUrl: string, key: Uint8Array): LogInstance {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: base64(key),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: START },
    },
    logId: { keyId: createHash('sha256').update(key).digest('base64') },
  }
}

function base64(bytes: ArrayBufferView): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

interface ProposedDsse {
  readonly kind: string
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] }
  }
}

/** What Rekor stores for a proposed entry: of an envelope the hashes and the signatures (rekor, dsse v0.0.1). */
function canonicalEntry(body: string): string {
  const proposed = JSON.parse(body) as ProposedDsse
  if (proposed.kind !== 'dsse') return body
  const { envelope, verifiers } = proposed.spec.proposedContent
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] }
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hash(Buffer.from(envelope)),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
    },
  })
}

function hash(bytes: Buffer): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') }
}
