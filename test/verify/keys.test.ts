import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { parsePublicKey } from '../../src/verify/public-key.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import { bundleAt, DIGEST, demandIn, judged, layerAt, publicKeyOf, SUBJECT } from '../support/judged.ts'
import {
  type KeylessLab,
  keylessLab,
  type LabBundle,
  simpleSigningOf,
  statementOf,
} from '../support/keyless-lab.ts'

const IDENTITY = { subject: 'dev@acme.example', issuer: 'https://accounts.example' }
const NOW = new Date('2027-01-02T03:04:05Z')

const ecdsa = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey
const key = ecdsa('P-256')
const otherKey = ecdsa('P-256')

let lab: KeylessLab
beforeAll(async () => {
  lab = await keylessLab({ now: NOW })
})

const demandOf = (more: Partial<VerifyDemand> = {}): VerifyDemand =>
  demandIn(lab, { keys: [publicKeyOf('base.pub', key)], transparencyLog: 'optional', ...more })

describe('a signature with a key', () => {
  test.each<[string, KeyObject]>([
    ['ECDSA P-256', key],
    ['ECDSA P-384', ecdsa('P-384')],
    ['ECDSA P-521', ecdsa('P-521')],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('%s is verified in every format', async (_, privateKey) => {
    const keys = [publicKeyOf('base.pub', privateKey)]
    const bundle = await lab.signPayload(statementOf([DIGEST]), { key: privateKey })
    const layer = await lab.signLayer(simpleSigningOf(DIGEST), { key: privateKey })
    const attestation = await lab.attestLayer(statementOf([DIGEST], 'https://spdx.dev/Document'), {
      key: privateKey,
    })
    expect(judged(SUBJECT, [bundleAt(bundle)], demandOf({ keys }))).toEqual(['verified by base.pub: bundle'])
    expect(judged(SUBJECT, [layerAt('signature', layer)], demandOf({ keys }))).toEqual([
      'verified by base.pub: signature',
    ])
    const attestations = [{ type: 'https://spdx.dev/Document' }]
    expect(judged(SUBJECT, [layerAt('attestation', attestation)], demandOf({ keys, attestations }))).toEqual([
      'verified by base.pub: https://spdx.dev/Document',
    ])
  })

  test('is tried with every key, and the first in the list is named', async () => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { key })
    const keys = [publicKeyOf('other.pub', otherKey), publicKeyOf('base.pub', key)]
    expect(judged(SUBJECT, [bundleAt(bundle)], demandOf({ keys }))).toEqual(['verified by base.pub: bundle'])
  })

  test('of another key says so, whatever the hint in the bundle claims', async () => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { key: otherKey })
    const right = await lab.signPayload(statementOf([DIGEST]), { key })
    bundle.verificationMaterial.publicKey = right.verificationMaterial.publicKey
    expect(judged(SUBJECT, [bundleAt(bundle)], demandOf())).toEqual([
      'invalid: a signature',
      'referrer: bundle with a signature: its signature was not made with the key base.pub, or what it signs was changed',
    ])
    const keys = [publicKeyOf('a.pub', key), publicKeyOf('b.pub', ecdsa('P-384'))]
    expect(judged(SUBJECT, [bundleAt(bundle)], demandOf({ keys }))[1]).toBe(
      'referrer: bundle with a signature: its signature was not made with any of the keys a.pub, b.pub, or what it signs was changed',
    )
  })

  test('does not count where a certificate is demanded, and the other way round', async () => {
    const byKey = await lab.signPayload(statementOf([DIGEST]), { key })
    const byCertificate = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    expect(judged(SUBJECT, [bundleAt(byKey)], demandOf({ keys: [], identities: [IDENTITY] }))).toEqual([
      'invalid: a signature',
      'referrer: bundle with a signature: it is signed with a key: wanted a certificate for an identity, found a key, which the bundle does not contain',
    ])
    expect(judged(SUBJECT, [bundleAt(byCertificate)], demandOf())).toEqual([
      'invalid: a signature',
      'referrer: bundle with a signature: it is signed with a certificate: wanted the key base.pub, found a certificate for dev@acme.example',
    ])
    const either = demandOf({ identities: [IDENTITY] })
    expect(judged(SUBJECT, [bundleAt(byKey)], either)).toEqual(['verified by base.pub: bundle'])
    expect(judged(SUBJECT, [bundleAt(byCertificate)], either)).toEqual([
      'verified by dev@acme.example of https://accounts.example: bundle',
    ])
  })
})

describe('the log entry of a signature with a key', () => {
  type Change = (bundle: LabBundle, other: LabBundle) => void
  const entryOf = (bundle: LabBundle): LabBundle => bundle.verificationMaterial.tlogEntries[0]
  const NOT_LISTED =
    'its log entry is from a log that the trusted root does not list: wanted https://rekor.example, found log 0000000000000000…'

  test.each<[string, Change, string | undefined]>([
    ['is there', () => {}, undefined],
    [
      'is absent',
      ({ verificationMaterial }) => (verificationMaterial.tlogEntries = []),
      'it has no entry of a transparency log, which is required (transparencyLog)',
    ],
    [
      'is for another signature',
      ({ verificationMaterial }, other) =>
        (verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries),
      'its log entry is for another signature',
    ],
    [
      'is from an unknown log',
      (bundle) => (entryOf(bundle).logId.keyId = Buffer.alloc(32).toString('base64')),
      NOT_LISTED,
    ],
    [
      'has another time',
      (bundle) => (entryOf(bundle).integratedTime = '1800000000'),
      'the promise of the log (SET) does not fit its log entry: the entry or its time was changed',
    ],
    [
      'has a proof of another tree',
      (bundle) => (entryOf(bundle).inclusionProof.logIndex = '7'),
      'the proof that its log entry is in the log does not hold: invalid index: 7',
    ],
    [
      'has a checkpoint that nobody signed',
      (bundle) =>
        (entryOf(bundle).inclusionProof.checkpoint.envelope =
          'rekor.example\n1\nAAAA\n\n— rekor.example AAAAAAAA\n'),
      'the checkpoint in its log entry is not signed by the log that the entry names',
    ],
  ])('%s: needed where the demand says so, else left out', async (_, change, reason) => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { key, entry: 'dsse' })
    change(bundle, await lab.signPayload(statementOf([DIGEST]), { key, entry: 'dsse' }))
    expect(judged(SUBJECT, [bundleAt(bundle)], demandOf({ transparencyLog: 'required' }))).toEqual(
      reason === undefined
        ? ['verified by base.pub: bundle']
        : ['invalid: a signature', `referrer: bundle with a signature: ${reason}`],
    )
    const optional = verifyAttachments(SUBJECT, { list: [bundleAt(bundle)], searches: [] }, demandOf())
    // Whoever attached it could have left the entry out; its time is not taken.
    expect(optional).toMatchObject({ kind: 'verified', at: reason === undefined ? NOW.getTime() : undefined })
  })

  test('of a key that somebody else made for the same signature does not count', async () => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { key, entry: 'hashedrekord' })
    const other = await lab.signPayload(statementOf([DIGEST]), {
      key,
      entry: 'hashedrekord',
      loggedKey: otherKey,
    })
    const demand = demandOf({ transparencyLog: 'required' })
    expect(judged(SUBJECT, [bundleAt(bundle)], demand)).toEqual(['verified by base.pub: bundle'])
    expect(judged(SUBJECT, [bundleAt(other)], demand)).toEqual([
      'invalid: a signature',
      'referrer: bundle with a signature: its log entry is about another certificate or key than the one that signed',
    ])
  })
})

describe('the file of a key', () => {
  const pem = (one: KeyObject): string => one.export({ type: 'spki', format: 'pem' }).toString()
  const publicPem = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)

  test.each<[string, string, string]>([
    ['is empty', '', 'it is not PEM that starts with -----BEGIN PUBLIC KEY-----'],
    ['is no PEM', 'ssh-ed25519 AAAA', 'it is not PEM that starts with -----BEGIN PUBLIC KEY-----'],
    [
      'is a certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'it is not PEM that starts with -----BEGIN PUBLIC KEY-----',
    ],
    [
      'is a private key',
      key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'it is a private key; only the public key is needed, and the private one should not be here',
    ],
    [
      'holds something else',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
      'its PEM holds no public key that can be read',
    ],
    ['has two', publicPem + publicPem, 'it has more than one key; list one file for each'],
    [
      'has another curve',
      pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      'its curve is secp256k1; P-256, P-384 and P-521 are supported',
    ],
    [
      'is of another type',
      pem(generateKeyPairSync('x25519').publicKey),
      'it is a key of type x25519; ECDSA, Ed25519 and RSA are supported',
    ],
    [
      'is a short RSA key',
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      'it is an RSA key of 1024 bits; fewer than 2048 are not safe',
    ],
    ['is large', 'x'.repeat(70_000), 'it has 70000 bytes; a public key has a few hundred'],
  ])('%s', (_, text, problem) => {
    expect(parsePublicKey('keys/base.pub', Buffer.from(text))).toEqual({ problem })
  })

  test('may be PKCS#1, and have white space around it', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    expect(parsePublicKey('base.pub', Buffer.from(`\n${pkcs1}\n\n`))).toMatchObject({ name: 'base.pub' })
    expect(parsePublicKey('base.pub', Buffer.from(publicPem.replaceAll('\n', '\r\n')))).toMatchObject({
      name: 'base.pub',
    })
  })
})
