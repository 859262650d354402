import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Attachment } from '../../src/oci/attachment.ts'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { parsePublicKey } from '../../src/verify/public-key.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import { der, extension, objectId, unsignedCertificate } from '../support/der.ts'
import {
  bundleAt,
  DIGEST,
  demandIn,
  judged,
  layerAt,
  publicKeyOf,
  SUBJECT,
  verdictLines,
} from '../support/judged.ts'
import {
  type KeylessLab,
  keylessLab,
  type LabBundle,
  simpleSigningOf,
  statementOf,
} from '../support/keyless-lab.ts'

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const IDENTITY = { subject: 'dev@acme.example', issuer: 'https://accounts.example' }
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

let lab: KeylessLab
let demand: VerifyDemand
beforeAll(async () => {
  lab = await keylessLab()
  demand = demandIn(lab, { identities: [IDENTITY], keys: [publicKeyOf('base.pub', key)] })
})

describe('a bundle', () => {
  type Change = (bundle: LabBundle) => void
  const many = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value)
  const entryOf = (bundle: LabBundle): LabBundle => bundle.verificationMaterial.tlogEntries[0]
  const digits = '9'.repeat(1_000_000)

  test.each<[string, Change, string]>([
    [
      'thousands of log entries',
      (b) => (b.verificationMaterial.tlogEntries = many(5000, entryOf(b))),
      'the bundle has 5000 tlogEntries; at most 32 are allowed',
    ],
    [
      'one entry 32 times',
      (b) => (b.verificationMaterial.tlogEntries = many(32, entryOf(b))),
      'it has the same timestamp twice',
    ],
    [
      'thousands of timestamps',
      (b) =>
        (b.verificationMaterial.timestampVerificationData.rfc3161Timestamps = many(5000, {
          signedTimestamp: 'AAAA',
        })),
      'the bundle has 5000 rfc3161Timestamps; at most 32 are allowed',
    ],
    [
      'thousands of signatures',
      (b) => (b.dsseEnvelope.signatures = many(5000, b.dsseEnvelope.signatures[0])),
      'the bundle has 5000 signatures; at most 1 are allowed',
    ],
    [
      'thousands of certificates',
      (b) =>
        (b.verificationMaterial.x509CertificateChain = { certificates: many(5000, { rawBytes: 'AAAA' }) }),
      'the bundle has 5000 certificates; at most 10 are allowed',
    ],
    [
      'a large certificate',
      (b) => (b.verificationMaterial.certificate.rawBytes = 'A'.repeat(100_000)),
      'a certificate in it has 75000 bytes',
    ],
    [
      'a certificate that is none',
      (b) => (b.verificationMaterial.certificate.rawBytes = 'MAA='),
      'a certificate in it cannot be read',
    ],
    [
      'a certificate of many small parts',
      (b) =>
        (b.verificationMaterial.certificate.rawBytes = der(
          0x30,
          Buffer.alloc(4000, Buffer.from([4, 0])),
        ).toString('base64')),
      'a certificate in it has more than 1000 parts',
    ],
    [
      'a timestamp of many small parts',
      (b) =>
        (b.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [
          { signedTimestamp: der(0x30, Buffer.alloc(8000, Buffer.from([4, 0]))).toString('base64') },
        ]),
      'a timestamp in it has more than 2000 parts',
    ],
    [
      'a large timestamp',
      (b) =>
        (b.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [
          { signedTimestamp: 'A'.repeat(100_000) },
        ]),
      'a timestamp in it has 75000 bytes',
    ],
    [
      'a timestamp that is none',
      (b) =>
        (b.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [{ signedTimestamp: 'MAA=' }]),
      'a timestamp in it cannot be read',
    ],
    [
      'a number with a million digits',
      (b) => (entryOf(b).inclusionProof.logIndex = digits),
      'logIndex of its log entry is not a whole number of 0 or more',
    ],
    [
      'a size with a million digits',
      (b) => (entryOf(b).inclusionProof.treeSize = digits),
      'treeSize of its log entry is not a whole number of 0 or more',
    ],
    [
      'a time with a million digits',
      (b) => (entryOf(b).integratedTime = digits),
      'integratedTime of its log entry is not a whole number of 0 or more',
    ],
    [
      'a time that is an object',
      (b) => (entryOf(b).integratedTime = {}),
      'integratedTime of its log entry is not a whole number of 0 or more',
    ],
    [
      'a long checkpoint',
      (b) => (entryOf(b).inclusionProof.checkpoint.envelope = `a\n${digits}\nAA\n\n— a AAAAAAAA\n`),
      'the checkpoint of its log has 1000020 characters',
    ],
    [
      'thousands of hashes',
      (b) => (entryOf(b).inclusionProof.hashes = many(5000, 'AAAA')),
      'its inclusion proof has 5000 hashes; a log of any size needs at most 64',
    ],
    [
      'a log entry that is none',
      (b) => (entryOf(b).canonicalizedBody = 'AAAA'),
      'the promise of the log (SET) does not fit its log entry: the entry or its time was changed',
    ],
    [
      'a log entry without a proof',
      (b) => delete entryOf(b).inclusionProof,
      'its log entry has no proof with a checkpoint, which bundles of version 0.2 and later need',
    ],
    [
      'a log entry without a log',
      (b) => delete entryOf(b).logId,
      'the bundle has no verificationMaterial.tlogEntries[0].logId',
    ],
    [
      'entries that are no list',
      (b) => (b.verificationMaterial.tlogEntries = { length: 1 }),
      'tlogEntries in the bundle is not a list of objects',
    ],
    [
      'entries of null',
      (b) => (b.verificationMaterial.tlogEntries = [null]),
      'tlogEntries in the bundle is not a list of objects',
    ],
    ['no material', (b) => delete b.verificationMaterial, 'the bundle has no verificationMaterial'],
    ['nothing that is signed', (b) => delete b.dsseEnvelope, 'the bundle has no content'],
    ['a payload that is no text', (b) => (b.dsseEnvelope.payload = 7), 'payload in the bundle is not base64'],
    [
      'a payload that is not base64',
      (b) => (b.dsseEnvelope.payload += '%'),
      'payload in the bundle is not base64',
    ],
    ['a list for an object', (b) => (b.dsseEnvelope = []), 'dsseEnvelope in the bundle is not an object'],
    [
      'a chain in version 0.3',
      (b) => {
        b.verificationMaterial.x509CertificateChain = { certificates: [b.verificationMaterial.certificate] }
        delete b.verificationMaterial.certificate
      },
      'it has a certificate chain, which bundles of version 0.3 may not have',
    ],
    [
      'a prototype',
      (b) => (b.mediaType = '__proto__'),
      'its media type is not that of a bundle of version 0.1 to 0.3: found __proto__',
    ],
  ])('with %s', async (_, change, reason) => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    change(bundle)
    const lines = judged(SUBJECT, [bundleAt(bundle)], demand)
    expect(lines.map((line) => line.replace('bundle with a signature', 'bundle'))).toEqual([
      'invalid: a signature',
      `referrer: bundle: ${reason}`,
    ])
  })

  test.each<[string, string, string]>([
    ['empty', '', 'the bundle is not JSON'],
    ['a web page', '<!doctype html>', 'the bundle is not JSON'],
    ['null', 'null', 'the bundle is not a JSON object'],
    [
      'deep lists',
      `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`,
      'the bundle is nested more than 100 levels deep',
    ],
    [
      'deep objects',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      'the bundle is nested more than 100 levels deep',
    ],
    [
      'a key twice',
      '{"mediaType":"a","mediaType":"b"}',
      'the bundle has the key "mediaType" twice in one object',
    ],
    [
      'a key twice, written differently',
      String.raw`{"mediaType":"a","m\u0065diaType":"b"}`,
      String.raw`the bundle has the key "m\u0065diaType" twice in one object`,
    ],
    [
      'not UTF-8',
      '{"a":"\ufffd"}',
      'its media type is not that of a bundle of version 0.1 to 0.3: found none',
    ],
  ])('that is %s', (_, text, reason) => {
    expect(judged(SUBJECT, [bundleAt(text)], demand)).toEqual([
      'invalid: a signature',
      `referrer: bundle: ${reason}`,
    ])
  })

  test('whose every byte may be another one is refused or the same, and never a defect', async () => {
    const text = JSON.stringify(
      await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse', hasTimestamp: true }),
    )
    const verified = 'verified by dev@acme.example of https://accounts.example: bundle'
    for (let at = 0; at < text.length; at += 151) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      const [first] = judged(SUBJECT, [bundleAt(changed)], demand)
      expect(['invalid: a signature', 'missing: a signature', verified]).toContain(first)
    }
  })
})

describe('whatever is attached', () => {
  test('is judged, and is no defect', () => {
    const annotations = fc.dictionary(
      fc.constantFrom(
        'dev.cosignproject.cosign/signature',
        'dev.sigstore.cosign/certificate',
        'dev.sigstore.cosign/bundle',
        'dev.sigstore.cosign/rfc3161timestamp',
      ),
      fc.oneof(fc.string(), fc.json(), fc.base64String()),
    )
    const keys = fc.constantFrom(
      ...[
        'mediaType',
        'verificationMaterial',
        'tlogEntries',
        'certificate',
        'rawBytes',
        'publicKey',
        'dsseEnvelope',
      ],
      ...[
        'payload',
        'payloadType',
        'signatures',
        'sig',
        'messageSignature',
        'messageDigest',
        'digest',
        'signature',
      ],
      ...[
        'critical',
        'type',
        'image',
        'logId',
        'kindVersion',
        'inclusionProof',
        'checkpoint',
        'x509CertificateChain',
      ],
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.jsonValue(),
        fc.dictionary(keys, tie('value')),
        fc.array(tie('value')),
      ),
    }))
    const content = fc.oneof(
      fc.uint8Array(),
      value.map((one) => Buffer.from(JSON.stringify({ mediaType: MEDIA_TYPE, ...(one as object) }))),
    )
    const kind = fc.constantFrom<Attachment['kind']>('bundle', 'signature', 'attestation')
    fc.assert(
      fc.property(kind, content, annotations, (its, bytes, notes) => {
        const attachment: Attachment = { ...bundleAt('{}'), kind: its, content: bytes, annotations: notes }
        const [first] = judged(SUBJECT, [attachment], demand)
        expect(first).toMatch(/^(?:invalid|missing): a signature$/)
      }),
      { numRuns: 300 },
    )
  })

  test('has no more values than can be read', () => {
    const text = `[${'0,'.repeat(2_000_000)}0]`
    expect(judged(SUBJECT, [bundleAt(text)], demand)[1]).toBe(
      'referrer: bundle: the bundle has more than 2000000 values',
    )
  })

  test('may be signed with a key that nobody can verify with', async () => {
    const modulus = Buffer.alloc(3000, 0xff)
    const huge = createPublicKey({
      key: { kty: 'RSA', n: modulus.toString('base64url'), e: modulus.toString('base64url') },
      format: 'jwk',
    })
    expect(parsePublicKey('huge.pub', Buffer.from(huge.export({ type: 'spki', format: 'pem' })))).toEqual({
      problem: 'it is an RSA key of 24000 bits; at most 16384 are supported',
    })
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    const names = extension('2.5.29.17', der(0x30, der(0x81, Buffer.from(IDENTITY.subject))))
    const issuer = extension('1.3.6.1.4.1.57264.1.1', Buffer.from(IDENTITY.issuer))
    const usage = extension('2.5.29.37', der(0x30, objectId('1.3.6.1.5.5.7.3.3')))
    const certificate = unsignedCertificate([names, issuer, usage], huge)
    bundle.verificationMaterial.certificate.rawBytes = certificate.toString('base64')
    expect(judged(SUBJECT, [bundleAt(bundle)], demand)[1]).toBe(
      'referrer: bundle with a signature: its signature does not verify: the signature, or what it signs, was changed',
    )
  })
})

describe('texts of others', () => {
  test('are printable, on one line and not too long', async () => {
    const subject = `https://evil.example/\u001b[31m\n::error::x\u202e${'y'.repeat(1000)}`
    const bundle = await lab.signPayload(
      statementOf([DIGEST], `https://type.example/\n${'z'.repeat(1000)}`),
      { key },
    )
    const lines = judged(SUBJECT, [bundleAt(bundle)], demand)
    const named = await lab.signLayer(Buffer.from(JSON.stringify({ critical: { type: subject } })), { key })
    const layers = judged(SUBJECT, [layerAt('signature', named)], { ...demand, transparencyLog: 'optional' })
    for (const line of [...lines, ...layers]) {
      expect(line).toMatch(/^[ -~…]*$/)
      expect(line.length).toBeLessThan(1000)
    }
  })
})

describe('many objects', () => {
  test('of which a thousand are looked at, as cosign does, and the rest is counted', async () => {
    const wrong = layerAt('signature', await lab.signLayer(simpleSigningOf(DIGEST), { key: stranger }))
    const right = layerAt('signature', await lab.signLayer(simpleSigningOf(DIGEST), { key }))
    const optional: VerifyDemand = { ...demand, identities: [], transparencyLog: 'optional' }
    const list = Array.from({ length: 10_000 }, () => wrong)
    expect(judged(SUBJECT, list.with(999, right), optional)).toEqual(['verified by base.pub: signature'])
    const lines = judged(SUBJECT, list.with(1000, right), optional)
    expect([lines[0], lines.length]).toEqual(['invalid: a signature', 1002])
    expect(lines.at(-1)).toBe('9000 more were not looked at, since there are too many')
  })

  test('with many log entries each are not all verified', async () => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    const { verificationMaterial } = bundle
    verificationMaterial.tlogEntries = Array.from({ length: 30 }, (_, index) => ({
      ...verificationMaterial.tlogEntries[0],
      integratedTime: String(1_700_000_000 + index),
    }))
    const lines = judged(SUBJECT, Array(70).fill(bundleAt(bundle)), demand)
    expect(lines.filter((line) => line.includes('its certificate was not valid'))).toHaveLength(66)
    expect(lines.at(-1)).toBe(
      'referrer: bundle with a signature: what is attached to the image has more than 2000 log entries and timestamps; the rest is not verified',
    )
  })

  test('that are too large, alone or together, are not read', () => {
    const large = (bytes: number): Attachment => ({ ...bundleAt('{}'), content: new Uint8Array(bytes) })
    const MiB = 1024 * 1024
    const alone = verifyAttachments(SUBJECT, { list: [large(33 * MiB)], searches: [] }, demand)
    expect(verdictLines(alone)).toEqual([
      'invalid: a signature',
      'referrer: bundle: it has 34603008 bytes; at most 33554432 are read',
    ])
    const five = Array.from({ length: 5 }, () => large(30 * MiB))
    expect(verdictLines(verifyAttachments(SUBJECT, { list: five, searches: [] }, demand)).at(-1)).toBe(
      '1 more were not looked at, since there are too many',
    )
  })
})
