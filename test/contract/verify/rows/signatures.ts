import { signatureStatement, signedBundle, signedLayer, simpleSigning } from '../crafted.ts'
import { BOTH, type Row } from '../row.ts'

const ours = { key: 'ours' } as const
const LEGACY = { legacy: true } as const

/** Signatures as cosign writes them, in both formats and with every kind of key. */
export const signatureRows: readonly Row[] = [
  {
    name: 'no signature',
    registries: BOTH,
    attach: async () => {},
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'bundle, right key',
    registries: BOTH,
    attach: (image) => image.sign('ours'),
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'bundle, wrong key',
    registries: BOTH,
    attach: (image) => image.sign('other'),
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'sig tag, right key',
    registries: BOTH,
    attach: (image) => image.sign('ours', LEGACY),
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'sig tag, wrong key',
    registries: BOTH,
    attach: (image) => image.sign('other', LEGACY),
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'both formats, right key',
    registries: BOTH,
    attach: async (image) => {
      await image.sign('ours')
      await image.sign('ours', LEGACY)
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'both formats, wrong key',
    attach: async (image) => {
      await image.sign('other')
      await image.sign('other', LEGACY)
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'bundle right, sig tag wrong',
    attach: async (image) => {
      await image.sign('ours')
      await image.sign('other', LEGACY)
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'bundle wrong, sig tag right',
    registries: BOTH,
    attach: async (image) => {
      await image.sign('other')
      await image.sign('ours', LEGACY)
    },
    demand: ours,
    cosign: 1,
    pinpull: 'verified',
    differs: 'cosign looks at the sig tag only where there is no bundle; Pinpull always looks at both',
  },
  {
    name: 'RSA, bundle',
    attach: (image) => image.sign('rsa'),
    demand: { key: 'rsa' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'RSA, sig tag',
    attach: (image) => image.sign('rsa', LEGACY),
    demand: { key: 'rsa' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'Ed25519, bundle',
    attach: (image) =>
      image.attachBundle(signedBundle(image.cosign.keys.ed25519, signatureStatement(image.digest))),
    demand: { key: 'ed25519' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'Ed25519, sig tag',
    attach: (image) =>
      image.putSignatures([signedLayer(image.cosign.keys.ed25519, simpleSigning(image.digest))]),
    demand: { key: 'ed25519' },
    cosign: 0,
    pinpull: 'verified',
  },
  // cosign 3 signs with Ed25519ph (pkg/cosign/keys.go, GetDefaultLoadOptions) and verifies Ed25519.
  {
    name: 'Ed25519 by cosign, bundle',
    attach: (image) => image.sign('ed25519'),
    demand: { key: 'ed25519' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'Ed25519 by cosign, sig tag',
    attach: (image) => image.sign('ed25519', LEGACY),
    demand: { key: 'ed25519' },
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'RSA signed, Ed25519 wanted',
    attach: (image) => image.sign('rsa'),
    demand: { key: 'ed25519' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'RSA signed, ECDSA wanted, sig tag',
    attach: (image) => image.sign('rsa', LEGACY),
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'Ed25519 signed, RSA wanted, sig tag',
    attach: (image) => image.sign('ed25519', LEGACY),
    demand: { key: 'rsa' },
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'two bundles, the second right',
    registries: BOTH,
    attach: async (image) => {
      await image.sign('other')
      await image.sign('ours')
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'two bundles, both wrong',
    attach: async (image) => {
      await image.sign('other')
      await image.sign('rsa')
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'two layers of the sig tag, the second right',
    attach: async (image) => {
      await image.sign('other', LEGACY)
      await image.sign('ours', LEGACY)
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'two layers of the sig tag, both wrong',
    attach: async (image) => {
      await image.sign('other', LEGACY)
      await image.sign('ed25519', LEGACY)
    },
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'signed with annotations',
    attach: (image) => image.sign('ours', { more: ['--annotations', 'env=prod'] }),
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'signed with annotations, sig tag',
    attach: (image) => image.sign('ours', { legacy: true, more: ['--annotations', 'env=prod'] }),
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'tag moved after signing',
    attach: async (image) => {
      await image.sign('ours')
      await image.moveTag()
    },
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'tag moved after signing, sig tag',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      await image.moveTag()
    },
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'tag moved, and the digest that was signed is asked for',
    attach: async (image) => {
      await image.sign('ours')
      await image.moveTag()
      return `${image.reference}@${image.digest}`
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'in another repository',
    attach: (image) => image.sign('ours', { repository: 'signatures/bundle' }),
    demand: { key: 'ours', repository: 'signatures/bundle' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'in another repository, sig tag',
    registries: BOTH,
    attach: (image) => image.sign('ours', { legacy: true, repository: 'signatures/sig' }),
    demand: { key: 'ours', repository: 'signatures/sig' },
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'in another repository, wrong key',
    attach: (image) => image.sign('other', { repository: 'signatures/wrong' }),
    demand: { key: 'ours', repository: 'signatures/wrong' },
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'in another repository that is not looked at',
    attach: (image) => image.sign('ours', { legacy: true, repository: 'signatures/unknown' }),
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'in the own repository, another is looked at',
    attach: (image) => image.sign('ours', LEGACY),
    demand: { key: 'ours', repository: 'signatures/empty' },
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
]
