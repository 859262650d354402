import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/oci/attachment.ts'
import { computeDigest } from '../../src/reference/content-digest.ts'
import { formatRefusal } from '../../src/verify/account.ts'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { parsePublicKey } from '../../src/verify/public-key.ts'
import { parseTrustedRoot } from '../../src/verify/trusted-root.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import { describeShared } from '../support/shared.ts'

const BEACON =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main'

/** Why each bundle that must be refused is refused. */
const REASONS: Readonly<Record<string, string>> = {
  'bundle-empty-certificate-chain_fail':
    'the bundle has no verificationMaterial.content.x509CertificateChain.certificates',
  'bundle-from-wrong-instance_fail':
    'its certificate was not issued by a certificate authority of the trusted root: found issued by O=sigstore.dev, CN=sigstore-intermediate',
  'bundle-invalid-base64-signature_fail': 'signature in the bundle is not base64',
  'bundle-malformed-json_fail': 'the bundle is not JSON',
  'bundle-negative-log-index_fail': 'logIndex of its log entry is not a whole number of 0 or more',
  'bundle-unknown-version_fail':
    'its media type is not that of a bundle of version 0.1 to 0.3: found application/vnd.dev.sigstore.bundle+json;version=99.9',
  'bundle-with-root-cert_fail':
    'its certificate chain has a root certificate; only the trusted root may say which roots there are',
  'checkpoint-wrong-roothash_fail':
    'the proof that its log entry is in the log does not hold: invalid hash count',
  'inclusion-proof-corrupted-hash_fail':
    'the proof that its log entry is in the log does not hold: calculated root hash does not match inclusion proof',
  'integrated-time-in-future_fail':
    'its certificate was not valid at the time of its log entry: wanted 2026-05-07T15:18:10Z to 2026-05-07T15:28:10Z, found 2026-05-07T15:34:11Z',
  'intoto-expired-certificate_fail':
    'its certificate was not valid at the time of its log entry: wanted 2030-01-01T00:00:00Z to 2030-01-01T00:10:00Z, found 2023-02-01T00:00:00Z',
  'intoto-set-outside-signing-cert-validity_fail':
    'its certificate was not valid at the time of its log entry: wanted 2023-02-01T00:00:00Z to 2023-02-01T00:10:00Z, found 2023-02-02T00:00:00Z',
  'intoto-tsa-timestamp-outside-cert-validity_fail':
    'its certificate was not valid at the time of its timestamp: wanted 2023-02-01T00:00:00Z to 2023-02-01T00:10:00Z, found 2023-02-02T00:00:00Z',
  'invalid-ct-key_fail':
    'the proof (SCT) in its certificate is not from a certificate transparency log of the trusted root',
  'managed-key-no-key_fail':
    'it is signed with a key: wanted a certificate for an identity, found a key, which the bundle does not contain',
  'managed-key-wrong-key_fail': 'key: its PEM holds no public key that can be read',
  'rekor2-checkpoint-missing-log-signature_fail':
    'the checkpoint in its log entry is malformed: no signatures found in checkpoint',
  'rekor2-checkpoint-missing-size_fail':
    'the checkpoint in its log entry is malformed: too few lines in checkpoint header',
  'rekor2-checkpoint-no-matching-signature_fail':
    'the checkpoint in its log entry is not signed by the log that the entry names',
  'rekor2-no-inclusion-proof_fail':
    'its log entry has no proof with a checkpoint, which bundles of version 0.2 and later need',
  'rekor2-no-timestamp_fail':
    'nothing proves when it was signed: wanted a timestamp, or a log entry with a signed time, found a log entry without one',
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail':
    'its timestamp is from a time at which the trusted root does not trust the authority: wanted 2025-04-09T00:00:00Z to 2025-06-01T00:00:00Z, found 2025-06-12T12:02:20Z',
  'rekor2-timestamp-outside-tsa-cert-validity_fail':
    'its timestamp is from a time at which the certificate of the authority was not valid: wanted 2025-08-07T15:29:08Z to 2025-08-07T15:37:08Z, found 2025-08-07T15:38:32Z',
  'rekor2-timestamp-payload-mismatch_fail': 'its timestamp is for another signature, or was changed',
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail':
    'its timestamp is not from an authority of the trusted root',
  'rekor2-timestamp-with-incorrect-time_fail':
    'its certificate was not valid at the time of its timestamp: wanted 2025-06-12T12:02:16Z to 2025-06-12T12:12:16Z, found 2025-07-15T10:33:31Z',
  'set-invalid-signature_fail':
    'the promise of the log (SET) does not fit its log entry: the entry or its time was changed',
  'signature-mismatch_fail': 'its signature does not verify: the signature, or what it signs, was changed',
  'trust-root-tlog-missing-validity-start_fail':
    'trusted root: tlogs[1].publicKey.validFor has no start: from when on it is trusted is unknown',
  'wrong-hashedrekord-entry_fail': 'its log entry is for another signature',
  'wrong-material_fail': 'it is for other bytes: its message digest is not that of the content',
  'checkpoint-bad-keyhint_fail':
    'the checkpoint in its log entry is not signed by the log that the entry names',
  'dsse-invalid-sig_fail': 'its signature does not verify: the signature, or what it signs, was changed',
  'dsse-mismatch-envelope_fail': 'its log entry is for another signature',
  'dsse-mismatch-sig_fail': 'its log entry is for another signature',
  'incorrect-public-key_fail':
    'the promise of the log (SET) does not fit its log entry: the entry or its time was changed',
  'intoto-log-entry-mismatch_fail': 'its log entry is for another signature',
  'intoto-missing-inclusion-proof_fail':
    'its log entry has no proof with a checkpoint, which bundles of version 0.2 and later need',
  'invalid-checkpoint-signature_fail':
    'the checkpoint in its log entry is not signed by the log that the entry names',
  'invalid-inclusion-proof_fail':
    'its log entry has no proof with a checkpoint, which bundles of version 0.2 and later need',
  'message-digest-mismatch_fail': 'it is for other bytes: its message digest is not that of the content',
  'rekor2-checkpoint-missing-origin_fail':
    'the checkpoint in its log entry is malformed: too few lines in checkpoint header',
  'rekor2-checkpoint-missing-root-hash_fail':
    'the checkpoint in its log entry is malformed: too few lines in checkpoint header',
  'rekor2-dsse-invalid-sig_fail':
    'its signature does not verify: the signature, or what it signs, was changed',
  'rekor2-dsse-mismatch-envelope_fail': 'its log entry is for another signature',
  'rekor2-dsse-mismatch-sig_fail': 'its log entry is for another signature',
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail':
    'its timestamp is not from an authority of the trusted root',
  'wrong-hashedrekord-artifact_fail': 'its log entry is for another signature',
  'wrong-hashedrekord-cert-and-sig_fail': 'its log entry is for another signature',
}

function readIfExists(...names: readonly string[]): Buffer | undefined {
  const path = join(...names)
  return existsSync(path) ? readFileSync(path) : undefined
}

/** Returns `verified`, or why not. */
function verdictOf(corpus: string, name: string): string {
  const read = (...names: readonly string[]) => readIfExists(corpus, 'bundle-verify', ...names)
  const bundle = read(name, 'bundle.sigstore.json') as Buffer
  const content = (read(name, 'artifact') ?? read('a.txt')) as Buffer
  const trustedRoot = parseTrustedRoot(
    read(name, 'trusted_root.json') ?? readFileSync(join(corpus, 'trusted_root.public-good.json')),
  )
  if ('problem' in trustedRoot) return `trusted root: ${trustedRoot.problem}`
  const pem = read(name, 'key.pub')
  const key = pem && parsePublicKey('key.pub', pem)
  if (key !== undefined && 'problem' in key) return `key: ${key.problem}`
  const type = predicateType(bundle)
  const identity = {
    subject: read(name, 'identity')?.toString().trim() ?? BEACON,
    issuer: read(name, 'issuer')?.toString().trim() ?? 'https://token.actions.githubusercontent.com',
  }
  const demand: VerifyDemand = {
    identities: key === undefined ? [identity] : [],
    keys: key === undefined ? [] : [key],
    attestations: type === undefined ? [] : [{ type }],
    transparencyLog: 'required',
    trustedRoot,
  }
  const attachment: Attachment = {
    kind: 'bundle',
    content: bundle,
    annotations: {},
    place: 'file',
    digest: computeDigest('sha256', bundle),
  }
  const subject = { digest: computeDigest('sha256', content), content }
  const verdict = verifyAttachments(subject, { list: [attachment], searches: [] }, demand)
  return verdict.kind === 'verified'
    ? 'verified'
    : verdict.refused
        .map((one) => formatRefusal(one).replace(/^file: bundle(?: with a[^:]*(?:: *\/\/[^:]*)?)?: /, ''))
        .join('\n')
}

function predicateType(bundle: Buffer): string | undefined {
  try {
    return JSON.parse(Buffer.from(JSON.parse(bundle.toString()).dsseEnvelope.payload, 'base64').toString())
      .predicateType
  } catch {
    return undefined
  }
}

describeShared('sigstore-conformance', 'the bundles of sigstore-conformance', (corpus) => {
  const cases = readdirSync(join(corpus, 'bundle-verify'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

  test('are those of the table', () => {
    expect(cases.filter((name) => name.endsWith('_fail')).toSorted()).toEqual(Object.keys(REASONS).toSorted())
  })

  test.each(cases)('%s', (name) => {
    expect(verdictOf(corpus, name)).toBe(name.endsWith('_fail') ? REASONS[name] : 'verified')
  })
})
