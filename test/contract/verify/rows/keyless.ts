import type { Signer } from '../image.ts'
import { BOTH, type Row, type SigstoreName, type Sigstores } from '../row.ts'

const ISSUER = 'https://token.actions.githubusercontent.com'
const WORKFLOW = 'https://github.com/acme/web/.github/workflows/release.yml'
const SUBJECT = `${WORKFLOW}@refs/tags/v1`
const PROVENANCE = 'https://slsa.dev/provenance/v1'
const LEGACY = { legacy: true } as const

const identity = { issuer: ISSUER, subject: SUBJECT }
const wanted = { identity, root: 'ours' } as const

function as(
  sigstores: Sigstores,
  subject: string = SUBJECT,
  issuer: string = ISSUER,
  name: SigstoreName = 'ours',
): Signer {
  return { sigstore: sigstores[name], subject, issuer }
}

/** A row where an identity signs, and another is wanted. */
function signedBy(subject: string, issuer: string, name: string): Row {
  return {
    name,
    attach: (image, sigstores) => image.sign(as(sigstores, subject, issuer)),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  }
}

/** Certificates for identities, from a Sigstore on this machine. */
export const keylessRows: readonly Row[] = [
  {
    name: 'identity, right',
    registries: BOTH,
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'identity, sig tag, right',
    registries: BOTH,
    attach: (image, sigstores) => image.sign(as(sigstores), LEGACY),
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  signedBy(`${SUBJECT}-evil`, ISSUER, 'identity, longer than wanted'),
  signedBy(`${WORKFLOW}@refs/tags/v`, ISSUER, 'identity, shorter than wanted'),
  signedBy(`https://evil.example/?${SUBJECT}`, ISSUER, 'identity, wanted one at its end'),
  signedBy(SUBJECT.replace('release.yml', 'releaseXyml'), ISSUER, 'identity, another character for a dot'),
  signedBy(SUBJECT.replace('acme/web', 'acme/Web'), ISSUER, 'identity, another case'),
  signedBy(`${SUBJECT}/`, ISSUER, 'identity, a slash more'),
  signedBy(SUBJECT, `${ISSUER}.evil.example`, 'issuer, longer than wanted'),
  signedBy(SUBJECT, 'https://accounts.example.com', 'issuer, another'),
  {
    name: 'identity, sig tag, another',
    attach: (image, sigstores) => image.sign(as(sigstores, `${SUBJECT}-evil`), LEGACY),
    demand: wanted,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, two bundles, the second right',
    attach: async (image, sigstores) => {
      await image.sign(as(sigstores, `${SUBJECT}-evil`))
      await image.sign(as(sigstores))
    },
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'identity, the root of another Sigstore',
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: { identity, root: 'other' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, a root without its log',
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: { identity, root: 'no log' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, a root without its authority',
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: { identity, root: 'no authority' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, a root whose authority is over',
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: { identity, root: 'authority over' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, a root whose log is over',
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: { identity, root: 'log over' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, logged when the certificate was over',
    attach: (image, sigstores) => image.sign(as(sigstores, SUBJECT, ISSUER, 'late')),
    demand: { identity, root: 'late' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, no signed certificate timestamp',
    attach: (image, sigstores) => image.sign(as(sigstores, SUBJECT, ISSUER, 'bare')),
    demand: { identity, root: 'bare' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, not logged',
    attach: (image, sigstores) => image.sign(as(sigstores), { hasNoLog: true }),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, the log entry of another signature',
    attach: async (image, sigstores) => {
      const other = await image.sibling('logged')
      await other.sign(as(sigstores))
      await image.sign(as(sigstores))
      const [donor] = await other.bundles()
      await image.replaceBundles((bundle) => ({
        ...bundle,
        verificationMaterial: {
          ...bundle.verificationMaterial,
          tlogEntries: donor?.verificationMaterial['tlogEntries'],
        },
      }))
    },
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, the certificate of another signature',
    attach: async (image, sigstores) => {
      const other = await image.sibling('certified')
      await other.sign(as(sigstores))
      await image.sign(as(sigstores, `${SUBJECT}-evil`))
      const [donor] = await other.bundles()
      await image.replaceBundles((bundle) => ({
        ...bundle,
        verificationMaterial: {
          ...bundle.verificationMaterial,
          certificate: donor?.verificationMaterial['certificate'],
        },
      }))
    },
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'identity, of another image',
    attach: async (image, sigstores) => {
      const other = await image.sibling('signed')
      await other.sign(as(sigstores))
      for (const bundle of await other.bundles()) await image.attachBundle(bundle)
    },
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'a key signed, an identity is wanted',
    attach: (image) => image.sign('ours'),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'an identity signed, a key is wanted',
    attach: (image, sigstores) => image.sign(as(sigstores)),
    demand: { key: 'ours' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'key and log',
    attach: (image, sigstores) => image.sign('ours', { log: sigstores.ours }),
    demand: { key: 'ours', root: 'ours' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'key and log, sig tag',
    attach: (image, sigstores) => image.sign('ours', { legacy: true, log: sigstores.ours }),
    demand: { key: 'ours', root: 'ours' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'key and log, the log is not asked for',
    attach: (image, sigstores) => image.sign('ours', { log: sigstores.ours }),
    demand: { key: 'ours' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'key and another log',
    attach: (image, sigstores) => image.sign('ours', { log: sigstores.other }),
    demand: { key: 'ours', root: 'ours' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'key without a log, which is wanted',
    attach: (image) => image.sign('ours'),
    demand: { key: 'ours', root: 'ours' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'another key and log',
    attach: (image, sigstores) => image.sign('other', { log: sigstores.ours }),
    demand: { key: 'ours', root: 'ours' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'provenance of an identity',
    attach: (image, sigstores) =>
      image.attest(as(sigstores), 'slsaprovenance1', {
        runDetails: { builder: { id: 'https://builder.example' } },
      }),
    demand: { ...wanted, attestation: { type: PROVENANCE } },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'provenance of another identity',
    attach: (image, sigstores) =>
      image.attest(as(sigstores, `${SUBJECT}-evil`), 'slsaprovenance1', {
        runDetails: { builder: { id: 'https://builder.example' } },
      }),
    demand: { ...wanted, attestation: { type: PROVENANCE } },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
]
