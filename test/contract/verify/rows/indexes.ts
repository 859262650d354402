import { BOTH, type Row } from '../row.ts'

const ours = { key: 'ours' } as const
const LEGACY = { legacy: true } as const

/** The index, its children, and signatures of one digest that lie beside another. */
export const indexRows: readonly Row[] = [
  {
    name: 'only a child signed',
    registries: BOTH,
    attach: (image) => image.sign('ours', { digest: childOf(image) }),
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'only a child signed, sig tag',
    attach: (image) => image.sign('ours', { legacy: true, digest: childOf(image) }),
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'only a child signed, and asked for by its digest',
    attach: async (image) => {
      await image.sign('ours', { digest: childOf(image) })
      return `${image.host}/${image.repository}@${childOf(image)}`
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'only the index signed, a child asked for by its digest',
    attach: async (image) => {
      await image.sign('ours')
      return `${image.host}/${image.repository}@${childOf(image)}`
    },
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'recursive, the index asked for',
    registries: BOTH,
    attach: (image) => image.sign('ours', { more: ['--recursive'] }),
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'recursive, a child asked for by its digest',
    attach: async (image) => {
      await image.sign('ours', { more: ['--recursive'] })
      return `${image.host}/${image.repository}@${childOf(image)}`
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'recursive, sig tags, a child asked for by its digest',
    attach: async (image) => {
      await image.sign('ours', { legacy: true, more: ['--recursive'] })
      return `${image.host}/${image.repository}@${childOf(image)}`
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'index signed by another, child by us',
    attach: async (image) => {
      await image.sign('other')
      await image.sign('ours', { digest: childOf(image) })
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'bundle of another image',
    registries: BOTH,
    attach: async (image) => {
      const signed = await image.sibling('signed')
      await signed.sign('ours')
      for (const bundle of await signed.bundles()) await image.attachBundle(bundle)
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'sig tag of another image',
    registries: BOTH,
    attach: async (image) => {
      const signed = await image.sibling('signed')
      await signed.sign('ours', LEGACY)
      await image.putSignatures(await signed.signatures())
    },
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'bundle of another image beside the right one',
    attach: async (image) => {
      const signed = await image.sibling('signed')
      await signed.sign('ours')
      for (const bundle of await signed.bundles()) await image.attachBundle(bundle)
      await image.sign('ours')
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
]

function childOf(image: {
  readonly image: { readonly manifests: readonly { readonly digest: string }[] }
}): string {
  return image.image.manifests[0]?.digest ?? ''
}
