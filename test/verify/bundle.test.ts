import { beforeAll, describe, expect, test } from 'vitest'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import { bundleAt, DIGEST, demandIn, judged, SUBJECT, trustedRootOf } from '../support/judged.ts'
import { type KeylessLab, keylessLab, type LabBundle, statementOf } from '../support/keyless-lab.ts'

const IDENTITY = { subject: 'dev@acme.example', issuer: 'https://accounts.example' }
const NOW = new Date('2027-01-02T03:04:05Z')
const V01 = 'application/vnd.dev.sigstore.bundle+json;version=0.1'
const V02 = 'application/vnd.dev.sigstore.bundle+json;version=0.2'

let lab: KeylessLab
let demand: VerifyDemand
beforeAll(async () => {
  lab = await keylessLab({ now: NOW })
  demand = demandIn(lab, { identities: [IDENTITY] })
})

/** Puts the certificate of a bundle into a chain, as the first versions have it. */
function toChain(bundle: LabBundle, mediaType: string, ...more: readonly { rawBytes: string }[]): void {
  const { certificate } = bundle.verificationMaterial
  bundle.mediaType = mediaType
  bundle.verificationMaterial.x509CertificateChain = { certificates: [certificate, ...more] }
  delete bundle.verificationMaterial.certificate
}

type Change = (bundle: LabBundle) => void
const entryOf = (bundle: LabBundle): LabBundle => bundle.verificationMaterial.tlogEntries[0]
const rootOf = (): { rawBytes: string } => lab.trustedRoot.certificateAuthorities[0].certChain.certificates[0]

describe('a bundle of version', () => {
  test.each<[string, Change, string | undefined]>([
    ['0.1 with a promise and a proof', (b) => toChain(b, V01), undefined],
    [
      '0.1 with a promise only',
      (b) => {
        toChain(b, V01)
        delete entryOf(b).inclusionProof
      },
      undefined,
    ],
    [
      '0.1 with a proof only',
      (b) => {
        toChain(b, V01)
        delete entryOf(b).inclusionPromise
      },
      'its log entry has no promise (SET), which bundles of version 0.1 need',
    ],
    ['0.2 with a proof', (b) => toChain(b, V02), undefined],
    [
      '0.2 with a promise only',
      (b) => {
        toChain(b, V02)
        delete entryOf(b).inclusionProof
      },
      'its log entry has no proof with a checkpoint, which bundles of version 0.2 and later need',
    ],
    [
      '0.1 with a root certificate in its chain',
      (b) => toChain(b, V01, rootOf()),
      'its certificate chain has a root certificate; only the trusted root may say which roots there are',
    ],
    [
      '0.1 with nothing in its chain',
      (b) => {
        toChain(b, V01)
        b.verificationMaterial.x509CertificateChain.certificates = []
      },
      'the bundle has no verificationMaterial.content.x509CertificateChain.certificates',
    ],
    ['0.3 by its first name', (b) => (b.mediaType = V01.replace('0.1', '0.3')), undefined],
    [
      '0.4',
      (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json'),
      'its media type is not that of a bundle of version 0.1 to 0.3: found application/vnd.dev.sigstore.bundle.v0.4+json',
    ],
    [
      'none',
      (b) => delete b.mediaType,
      'its media type is not that of a bundle of version 0.1 to 0.3: found none',
    ],
  ])('%s', async (_, change, reason) => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    change(bundle)
    const [first, second = ''] = judged(SUBJECT, [bundleAt(bundle)], demand)
    if (reason === undefined)
      expect(first).toBe('verified by dev@acme.example of https://accounts.example: bundle')
    else expect([first, second]).toEqual(['invalid: a signature', `referrer: bundle: ${reason}`])
  })
})

describe('a bundle that signs bytes', () => {
  const content = Buffer.from('a manifest')
  const subject = { digest: DIGEST, content }

  test.each<[string, Change, string | undefined]>([
    ['as it should be', () => {}, undefined],
    [
      'with the digest of others',
      (b) => (b.messageSignature.messageDigest.digest = Buffer.alloc(32).toString('base64')),
      'it is for other bytes: its message digest is not that of the content',
    ],
    [
      'without a digest',
      (b) => delete b.messageSignature.messageDigest,
      'the bundle has no content.messageSignature.messageDigest',
    ],
    [
      'with another signature',
      (b) => (b.messageSignature.signature = 'AAAA'),
      'its signature does not verify: the signature, or what it signs, was changed',
    ],
    [
      'with one that is not base64',
      (b) => (b.messageSignature.signature = '%'),
      'signature in the bundle is not base64',
    ],
  ])('%s', async (_, change, reason) => {
    const bundle = await lab.signMessage(content, { identity: IDENTITY, entry: 'hashedrekord' })
    change(bundle)
    const [first, second = ''] = judged(subject, [bundleAt(bundle)], demand)
    if (reason === undefined)
      expect(first).toBe('verified by dev@acme.example of https://accounts.example: bundle')
    else expect(second.replace(' with a signature of bytes', '')).toBe(`referrer: bundle: ${reason}`)
  })
})

describe('the time of a signature', () => {
  const at = async (options: object, change: Change = () => {}): Promise<number | undefined> => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, ...options })
    change(bundle)
    const verdict = verifyAttachments(SUBJECT, { list: [bundleAt(bundle)], searches: [] }, demand)
    if (verdict.kind !== 'verified') throw new Error('it should verify')
    return verdict.at
  }

  test('is that of its log entry or timestamp', async () => {
    expect(await at({ entry: 'dsse' })).toBe(NOW.getTime())
    expect(await at({ entry: 'rekor2', hasTimestamp: true })).toBe(NOW.getTime())
  })

  test('is not one that nobody signed: an entry of Rekor 2 has none', async () => {
    const early: Change = (b) => (entryOf(b).integratedTime = '1')
    expect(await at({ entry: 'rekor2', hasTimestamp: true }, early)).toBe(NOW.getTime())
    const withoutPromise: Change = (b) => {
      delete entryOf(b).inclusionPromise
      entryOf(b).integratedTime = '1'
    }
    expect(await at({ entry: 'dsse', hasTimestamp: true }, withoutPromise)).toBe(NOW.getTime())
  })

  test.each<[string, Date, string]>([
    [
      'before the certificate',
      new Date(NOW.getTime() - 60_000),
      'its certificate was not valid at the time of its log entry: wanted 2027-01-02T03:04:05Z to 2027-01-02T03:14:05Z, found 2027-01-02T03:03:05Z',
    ],
    [
      'after it',
      new Date(NOW.getTime() + 601_000),
      'its certificate was not valid at the time of its log entry: wanted 2027-01-02T03:04:05Z to 2027-01-02T03:14:05Z, found 2027-01-02T03:14:06Z',
    ],
  ])('%s is too early or too late', async (_, logged, reason) => {
    const other = await keylessLab({ now: NOW, loggedAt: logged })
    const bundle = await other.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    const trustedRoot = trustedRootOf(other.trustedRoot)
    expect(judged(SUBJECT, [bundleAt(bundle)], { ...demand, trustedRoot })).toEqual([
      'invalid: a signature',
      `referrer: bundle with a signature: ${reason}`,
    ])
  })
})
