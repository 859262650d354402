import { SIGNATURE_TYPE } from '../../../support/signing.ts'
import { BOTH, type Row } from '../row.ts'

const PROVENANCE = 'https://slsa.dev/provenance/v1'
const SUMMARY = 'https://slsa.dev/verification_summary/v1'
const SCAN = 'https://acme.example/scan/v1'
const BUILDER = 'https://github.com/actions/runner/github-hosted'

const provenance = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: {
        repository: 'https://github.com/acme/web',
        ref: 'refs/tags/v1',
        path: '.github/workflows/release.yml',
      },
    },
  },
  runDetails: { builder: { id: BUILDER } },
}
const wanted = { key: 'ours', attestation: { type: PROVENANCE } } as const
const LEGACY = { legacy: true } as const

/** Attestations, and what counts as a signature. */
export const attestationRows: readonly Row[] = [
  {
    name: 'provenance, right key',
    registries: BOTH,
    attach: (image) => image.attest('ours', 'slsaprovenance1', provenance),
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'provenance, wrong key',
    attach: (image) => image.attest('other', 'slsaprovenance1', provenance),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'provenance, att tag, right key',
    registries: BOTH,
    attach: (image) => image.attest('ours', 'slsaprovenance1', provenance, LEGACY),
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'provenance, att tag, wrong key',
    attach: (image) => image.attest('other', 'slsaprovenance1', provenance, LEGACY),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'no attestation',
    attach: async () => {},
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'a signature, no attestation',
    attach: (image) => image.sign('ours'),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'another predicate type',
    attach: (image) => image.attest('ours', SCAN, { passed: true }),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'another predicate type, att tag',
    attach: (image) => image.attest('ours', SCAN, { passed: true }, LEGACY),
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'an own predicate type',
    attach: (image) => image.attest('ours', SCAN, { passed: true }),
    demand: { key: 'ours', attestation: { type: SCAN } },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'cosign own type custom',
    attach: (image) => image.attest('ours', 'custom', { passed: true }),
    demand: { key: 'ours', attestation: { type: 'https://cosign.sigstore.dev/attestation/v1' } },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'two types, the second wanted',
    attach: async (image) => {
      await image.attest('ours', SCAN, { passed: true })
      await image.attest('ours', 'slsaprovenance1', provenance)
    },
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'two provenances, one by us',
    attach: async (image) => {
      await image.attest('other', 'slsaprovenance1', provenance)
      await image.attest('ours', 'slsaprovenance1', provenance)
    },
    demand: wanted,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'our scan, provenance by another',
    attach: async (image) => {
      await image.attest('ours', SCAN, { passed: true })
      await image.attest('other', 'slsaprovenance1', provenance)
    },
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'provenance of another image',
    attach: async (image) => {
      const attested = await image.sibling('attested')
      await attested.attest('ours', 'slsaprovenance1', provenance)
      for (const bundle of await attested.bundles()) await image.attachBundle(bundle)
    },
    demand: wanted,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'att tag beside a signature bundle',
    attach: async (image) => {
      await image.sign('ours')
      await image.attest('ours', 'slsaprovenance1', provenance, LEGACY)
    },
    demand: wanted,
    cosign: 1,
    pinpull: 'verified',
    differs: 'cosign looks at the att tag only where there is no bundle; Pinpull always looks at both',
  },
  {
    name: 'provenance, where a signature is wanted',
    attach: (image) => image.attest('ours', 'slsaprovenance1', provenance),
    demand: { key: 'ours' },
    cosign: 0,
    pinpull: 'SIGNATURE_MISSING',
    differs:
      'cosign verify accepts any bundle, also an attestation; for Pinpull an attestation is no signature',
  },
  {
    name: 'att tag, where a signature is wanted',
    attach: (image) => image.attest('ours', 'slsaprovenance1', provenance, LEGACY),
    demand: { key: 'ours' },
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'signature bundle beside a provenance',
    attach: async (image) => {
      await image.attest('other', 'slsaprovenance1', provenance)
      await image.sign('ours')
    },
    demand: { key: 'ours' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'sig tag beside a provenance by another',
    attach: async (image) => {
      await image.attest('other', 'slsaprovenance1', provenance)
      await image.sign('ours', LEGACY)
    },
    demand: { key: 'ours' },
    cosign: 1,
    pinpull: 'verified',
    differs: 'cosign looks at the sig tag only where there is no bundle; Pinpull always looks at both',
  },
  {
    name: 'the type of signatures, listed as an attestation',
    attach: (image) => image.sign('ours'),
    demand: { key: 'ours', attestation: { type: SIGNATURE_TYPE } },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'the right builder',
    attach: (image) => image.attest('ours', 'slsaprovenance1', provenance),
    demand: { key: 'ours', attestation: { type: PROVENANCE, builder: BUILDER }, policy: builtBy(BUILDER) },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'another builder',
    attach: (image) => image.attest('ours', 'slsaprovenance1', provenance),
    demand: {
      key: 'ours',
      attestation: { type: PROVENANCE, builder: `${BUILDER}-evil` },
      policy: builtBy(`${BUILDER}-evil`),
    },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'a summary that says PASSED',
    attach: (image) => image.attest('ours', SUMMARY, { verificationResult: 'PASSED' }),
    demand: { key: 'ours', attestation: { type: SUMMARY } },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'a summary that says FAILED',
    attach: (image) => image.attest('ours', SUMMARY, { verificationResult: 'FAILED' }),
    demand: { key: 'ours', attestation: { type: SUMMARY } },
    cosign: 0,
    pinpull: 'SIGNATURE_INVALID',
    differs: 'cosign reads no predicate without a policy; Pinpull refuses a summary that failed',
  },
]

function builtBy(id: string): string {
  return `predicate: runDetails: builder: id: "${id}"\n`
}
