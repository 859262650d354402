import { createHash } from 'node:crypto'
import { blob } from '../../../support/registry/image.ts'
import {
  damaged,
  signatureBy,
  signatureStatement,
  signedBundle,
  signedLayer,
  simpleSigning,
} from '../crafted.ts'
import { BUNDLE, type TestImage } from '../image.ts'
import { BOTH, type Row } from '../row.ts'

const ours = { key: 'ours' } as const
const LEGACY = { legacy: true } as const
const OTHER_DIGEST = `sha256:${'0'.repeat(64)}`

type Make = (image: TestImage) => unknown

/** A row with one bundle that cosign did not write. */
function crafted(
  name: string,
  make: Make,
  cosign: Row['cosign'],
  pinpull: Row['pinpull'],
  differs?: string,
): Row {
  return {
    name,
    attach: async (image) => image.attachBundle(make(image)),
    demand: ours,
    cosign,
    pinpull,
    ...(differs === undefined ? {} : { differs }),
  }
}

/** A row with one layer of the sig tag that cosign did not write, well signed. */
function layer(
  name: string,
  make: Make,
  cosign: Row['cosign'],
  pinpull: Row['pinpull'],
  differs?: string,
): Row {
  return {
    name,
    attach: async (image) => image.putSignatures([signedLayer(image.cosign.keys.ours, make(image))]),
    demand: ours,
    cosign,
    pinpull,
    ...(differs === undefined ? {} : { differs }),
  }
}

const statement = (changes: object) => (image: TestImage) =>
  signedBundle(image.cosign.keys.ours, signatureStatement(image.digest, changes))

/** Bundles that were changed, or that say something else than cosign's. */
export const tamperedBundleRows: readonly Row[] = [
  {
    name: 'bundle, signature changed',
    attach: async (image) => {
      await image.sign('ours')
      await image.replaceBundles((bundle) => {
        const [signature] = bundle.dsseEnvelope.signatures
        return {
          ...bundle,
          dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [{ sig: damaged(signature?.sig ?? '') }] },
        }
      })
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'bundle, payload changed',
    attach: async (image) => {
      await image.sign('ours')
      await image.replaceBundles((bundle) => {
        const payload = Buffer.from(JSON.stringify(signatureStatement(image.digest, { predicate: { a: 1 } })))
        return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: payload.toString('base64') } }
      })
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'bundle of another image, its subject rewritten',
    attach: async (image) => {
      const signed = await image.sibling('signed')
      await signed.sign('ours')
      for (const bundle of await signed.bundles()) {
        const payload = Buffer.from(JSON.stringify(signatureStatement(image.digest)))
        await image.attachBundle({
          ...bundle,
          dsseEnvelope: { ...bundle.dsseEnvelope, payload: payload.toString('base64') },
        })
      }
    },
    demand: ours,
    cosign: 1,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'bundle, another hint',
    attach: async (image) => {
      await image.sign('ours')
      await image.replaceBundles((bundle) => ({
        ...bundle,
        verificationMaterial: { publicKey: { hint: createHash('sha256').update('x').digest('base64') } },
      }))
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'bundle, annotations of its manifest changed',
    attach: async (image) => {
      await image.sign('ours')
      await image.replaceBundles((bundle) => bundle, {
        annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' },
      })
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  crafted('crafted as cosign writes it', statement({}), 0, 'verified'),
  crafted('statement v0.1', statement({ _type: 'https://in-toto.io/Statement/v0.1' }), 0, 'verified'),
  crafted(
    'no statement type',
    statement({ _type: '' }),
    0,
    'SIGNATURE_INVALID',
    'what does not say that it is an in-toto statement need not be one; cosign does not look',
  ),
  crafted(
    'two subjects, the second is the image',
    (image) =>
      statement({
        subject: [
          { name: 'a', digest: { sha256: '0'.repeat(64) } },
          { name: 'b', digest: { sha256: image.digest.slice(7) } },
        ],
      })(image),
    0,
    'verified',
  ),
  crafted('no subject', statement({ subject: [] }), 1, 'SIGNATURE_INVALID'),
  crafted('a null subject', statement({ subject: [null] }), 1, 'SIGNATURE_INVALID'),
  crafted(
    'a subject with another digest',
    statement({ subject: [{ digest: { sha256: '0'.repeat(64) } }] }),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'a subject with SHA-512 only',
    statement({ subject: [{ digest: { sha512: '0'.repeat(128) } }] }),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'a subject in capital letters',
    (image) => statement({ subject: [{ digest: { sha256: image.digest.slice(7).toUpperCase() } }] })(image),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'a subject with a prefix',
    (image) => statement({ subject: [{ digest: { sha256: image.digest } }] })(image),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'another payload type',
    (image) => signedBundle(image.cosign.keys.ours, signatureStatement(image.digest), 'text/plain'),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'a payload that is no JSON',
    (image) => signedBundle(image.cosign.keys.ours, `{"subject": "${image.digest}"`),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'two signatures in the envelope',
    (image) => {
      const bundle = statement({})(image)
      const other = signedBundle(image.cosign.keys.other, signatureStatement(image.digest))
      const signatures = [...other.dsseEnvelope.signatures, ...bundle.dsseEnvelope.signatures]
      return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures } }
    },
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'no signature in the envelope',
    (image) => {
      const bundle = statement({})(image)
      return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [] } }
    },
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'a signature of the manifest itself',
    (image) => ({
      mediaType: BUNDLE,
      verificationMaterial: { publicKey: { hint: '' } },
      messageSignature: {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: Buffer.from(image.digest.slice(7), 'hex').toString('base64'),
        },
        signature: signatureBy(image.cosign.keys.ours, image.image.top.bytes),
      },
    }),
    1,
    'SIGNATURE_INVALID',
  ),
  crafted(
    'JSON cut off',
    (image) => Buffer.from(JSON.stringify(statement({})(image)).slice(0, -20)),
    10,
    'SIGNATURE_INVALID',
  ),
  crafted('an empty object', () => ({}), 10, 'SIGNATURE_INVALID'),
  crafted('null', () => Buffer.from('null'), 10, 'SIGNATURE_INVALID'),
  crafted('an empty file', () => Buffer.alloc(0), 10, 'SIGNATURE_INVALID'),
  crafted(
    'an unknown field',
    (image) => ({ ...statement({})(image), note: 'hello' }),
    10,
    'verified',
    'cosign reads no bundle with a field that it does not know; a later version of the format may add one',
  ),
  crafted(
    'bundle version 0.1',
    (image) => ({
      ...statement({})(image),
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    }),
    10,
    'verified',
    'cosign reads bundles of images from version 0.3 on; Pinpull reads all versions',
  ),
  crafted(
    'an unknown bundle version',
    (image) => ({ ...statement({})(image), mediaType: 'application/vnd.dev.sigstore.bundle.v9.0+json' }),
    10,
    'SIGNATURE_INVALID',
  ),
  {
    name: 'two layers in a bundle manifest',
    attach: async (image) => {
      const bytes = Buffer.from(JSON.stringify(statement({})(image)))
      await image.attachBundle(bytes, { layers: [blob(BUNDLE, bytes), blob(BUNDLE, Buffer.from('{}'))] })
    },
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'another media type of the layer',
    attach: async (image) => {
      const bytes = Buffer.from(JSON.stringify(statement({})(image)))
      await image.attachBundle(bytes, { layers: [blob('application/json', bytes)] })
    },
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'the manifest names another subject',
    attach: async (image) => image.attachBundle(statement({})(image), { subject: OTHER_DIGEST }),
    demand: ours,
    cosign: 0,
    pinpull: 'SIGNATURE_MISSING',
    differs: 'the manifest says that it belongs to another image; cosign looks only at the bundle',
  },
  {
    name: 'a list of another artifact beside the bundle',
    registries: BOTH,
    attach: async (image) => {
      await image.attachBundle(Buffer.from('{"spdx": true}'), {
        artifactType: 'application/spdx+json',
        layers: [blob('application/spdx+json', Buffer.from('{"spdx": true}'))],
      })
      await image.sign('ours')
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'only another artifact',
    attach: (image) =>
      image.attachBundle(Buffer.from('{"spdx": true}'), {
        artifactType: 'application/spdx+json',
        layers: [blob('application/spdx+json', Buffer.from('{"spdx": true}'))],
      }),
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
]

/** Layers of the sig tag that were changed, or that say something else than cosign's. */
export const tamperedLayerRows: readonly Row[] = [
  {
    name: 'sig tag, signature changed',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const layers = await image.signatures()
      await image.putSignatures(layers.map((one) => ({ ...one, signature: damaged(one.signature) })))
    },
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'sig tag, payload changed',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const layers = await image.signatures()
      await image.putSignatures(
        layers.map((one) => ({ ...one, payload: Buffer.concat([one.payload, Buffer.from(' ')]) })),
      )
    },
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'sig tag without the signature',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const [one] = await image.signatures()
      await image.putSignatures([{ payload: one?.payload ?? Buffer.alloc(0) }])
    },
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'sig tag, a signature that is no base64',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const [one] = await image.signatures()
      await image.putSignatures([{ payload: one?.payload ?? Buffer.alloc(0), signature: '%%%' }])
    },
    demand: ours,
    cosign: 12,
    pinpull: 'SIGNATURE_INVALID',
  },
  {
    name: 'sig tag without layers',
    attach: (image) => image.putSignatures([]),
    demand: ours,
    cosign: 10,
    pinpull: 'SIGNATURE_MISSING',
  },
  {
    name: 'sig tag, the layer twice',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const layers = await image.signatures()
      await image.putSignatures([...layers, ...layers])
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'sig tag, fifty layers by others and one by us',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const right = await image.signatures()
      const wrong = Array.from({ length: 50 }, (_, index) =>
        signedLayer(image.cosign.keys.other, { ...Object(simpleSigning(image.digest)), optional: { index } }),
      )
      await image.putSignatures([...wrong, ...right])
    },
    demand: ours,
    cosign: 0,
    pinpull: 'verified',
  },
  {
    name: 'sig tag, another media type of the layer',
    attach: async (image) => {
      await image.sign('ours', LEGACY)
      const layers = await image.signatures()
      await image.putSignatures(layers.map((one) => ({ ...one, mediaType: 'application/octet-stream' })))
    },
    demand: ours,
    cosign: 0,
    pinpull: 'SIGNATURE_MISSING',
    differs: 'the format says which media type the layer has; cosign does not compare it',
  },
  layer('payload crafted as cosign writes it', (image) => simpleSigning(image.digest), 0, 'verified'),
  layer('payload of another digest', () => simpleSigning(OTHER_DIGEST), 12, 'SIGNATURE_INVALID'),
  layer('payload without a digest', () => simpleSigning('', { image: {} }), 12, 'SIGNATURE_INVALID'),
  layer(
    'payload with the digest in capital letters',
    (image) => simpleSigning(`sha256:${image.digest.slice(7).toUpperCase()}`),
    12,
    'SIGNATURE_INVALID',
  ),
  layer(
    'payload of another type',
    (image) => simpleSigning(image.digest, { type: 'atomic container signature' }),
    0,
    'SIGNATURE_INVALID',
    'the format says which type it must be; cosign does not compare it',
  ),
  layer(
    'payload with another name of the image',
    (image) => simpleSigning(image.digest, { identity: { 'docker-reference': 'evil.example.com/x' } }),
    0,
    'verified',
  ),
  layer(
    'payload without optional',
    (image) => ({ critical: (simpleSigning(image.digest) as { critical: unknown }).critical }),
    0,
    'verified',
  ),
  layer(
    'payload with optional',
    (image) => ({ ...Object(simpleSigning(image.digest)), optional: { creator: 'x', timestamp: 1 } }),
    0,
    'verified',
  ),
  layer(
    'payload with optional that is no mapping',
    (image) => ({ ...Object(simpleSigning(image.digest)), optional: 'x' }),
    12,
    'SIGNATURE_INVALID',
  ),
  layer(
    'payload with an identity that is no mapping',
    (image) => simpleSigning(image.digest, { identity: 'x' }),
    12,
    'SIGNATURE_INVALID',
  ),
  layer(
    'payload with a name that is no text',
    (image) => simpleSigning(image.digest, { identity: { 'docker-reference': 1 } }),
    12,
    'SIGNATURE_INVALID',
  ),
  layer(
    'payload with another case of a key',
    (image) => simpleSigning(image.digest, { image: { 'Docker-manifest-digest': image.digest } }),
    0,
    'SIGNATURE_INVALID',
    'cosign, like all of Go, reads keys of JSON in any case; Pinpull reads them as cosign writes them',
  ),
  layer(
    'payload that is no JSON',
    (image) => `docker-manifest-digest: ${image.digest}`,
    12,
    'SIGNATURE_INVALID',
  ),
  layer(
    'payload cut off',
    (image) => JSON.stringify(simpleSigning(image.digest)).slice(0, -20),
    12,
    'SIGNATURE_INVALID',
  ),
  layer(
    'payload with two digests',
    (image) =>
      `{"critical":{"identity":{"docker-reference":""},"image":{"docker-manifest-digest":"${image.digest}","docker-manifest-digest":"${OTHER_DIGEST}"},"type":"cosign container image signature"},"optional":null}`,
    12,
    'SIGNATURE_INVALID',
  ),
  layer('a statement in the sig tag', (image) => signatureStatement(image.digest), 12, 'SIGNATURE_INVALID'),
]
