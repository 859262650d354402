import { writeFile } from 'node:fs/promises'
import {
  type Blob,
  blob,
  buildImage,
  type Image,
  jsonBlob,
  MEDIA_TYPES,
} from '../../support/registry/image.ts'
import type { Cosign, KeyName } from '../support/cosign.ts'
import { pushImage } from '../support/push.ts'
import { sendBlob, sendManifest, takeBlob, takeManifest } from './content.ts'
import { identityToken, type Sigstore } from './sigstore.ts'

export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json'
export const SIGNATURE_KEY = 'dev.cosignproject.cosign/signature'

export interface SignOptions {
  /** Writes a `.sig` or `.att` tag instead of a bundle. */
  readonly legacy?: boolean
  /** A digest of the repository. Default: the image's. */
  readonly digest?: string
  /** Where the signature goes, if not to the image's repository: COSIGN_REPOSITORY. */
  readonly repository?: string
  /** The log that a signature by a key is entered in. Default: none; a signature by an identity is in its Sigstore's. */
  readonly log?: Sigstore
  readonly hasNoLog?: boolean
  readonly more?: readonly string[]
}

/** Who signs without a key of his own. */
export interface KeylessSigner {
  readonly sigstore: Sigstore
  readonly subject: string
  readonly issuer: string
  /** Of the token, such as the repository of a workflow. */
  readonly claims?: object
}

export type Signer = KeyName | KeylessSigner

/** A layer of a `.sig` tag. */
export interface SignatureLayer {
  readonly payload: Buffer
  readonly signature?: string
  readonly mediaType?: string
}

/** How a bundle is attached, where it is not as cosign does. */
export interface BundleManifest {
  readonly subject?: string
  readonly layers?: readonly Blob[]
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** An image in a repository of its own, and what real cosign and direct requests attach to it. */
export interface TestImage {
  readonly host: string
  readonly repository: string
  /** Repository and tag, as in a manifest. */
  readonly reference: string
  readonly digest: string
  readonly image: Image
  readonly cosign: Cosign
  sign(signer: Signer, options?: SignOptions): Promise<void>
  /** @param type as cosign names it: `slsaprovenance1`, or a URI */
  attest(signer: Signer, type: string, predicate: unknown, options?: SignOptions): Promise<void>
  /** Attaches a bundle, in addition to those that are there. */
  attachBundle(content: unknown, how?: BundleManifest): Promise<void>
  /** Replaces the layers of the `.sig` tag. */
  putSignatures(layers: readonly SignatureLayer[]): Promise<void>
  /** The bundles that are attached, as they are stored. */
  bundles(): Promise<readonly Bundle[]>
  /** The layers of the `.sig` tag. */
  signatures(): Promise<readonly Required<SignatureLayer>[]>
  /** Replaces the bundles by others. */
  replaceBundles(change: (bundle: Bundle) => unknown, how?: BundleManifest): Promise<void>
  /** Pushes another image under the same tag. */
  moveTag(): Promise<void>
  /** Another image of the same registry. */
  sibling(suffix: string): Promise<TestImage>
}

/** A bundle, as far as the tests change it. */
export interface Bundle {
  mediaType: string
  verificationMaterial: { publicKey?: { hint: string }; [key: string]: unknown }
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] }
}

/**
 * Pushes an image for one row of the table.
 *
 * @param registry with the referrers API, or without
 */
export async function pushTestImage(
  registry: { readonly host: string; readonly hasReferrers: boolean },
  cosign: Cosign,
  repository: string,
  folder: string,
  tag = '1.0.0',
): Promise<TestImage> {
  const { host } = registry
  const url = `http://${host}`
  const image = buildImage({ seed: repository })
  await pushImage(url, `${repository}:${tag}`, image)
  const { digest } = image.top
  const name = `${host}/${repository}`
  const fallbackTag = digest.replace(':', '-')

  const referrers = async (): Promise<readonly { digest: string }[]> => {
    const index = registry.hasReferrers
      ? await (await fetch(`${url}/v2/${repository}/referrers/${digest}`)).text()
      : (await takeManifest(url, repository, fallbackTag))?.bytes.toString()
    return index === undefined ? [] : (JSON.parse(index) as { manifests: { digest: string }[] }).manifests
  }

  const putIndex = async (manifests: readonly unknown[]): Promise<void> => {
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.oci.index, manifests }
    await sendManifest(url, repository, fallbackTag, jsonBlob(MEDIA_TYPES.oci.index, index))
  }

  const bundles: TestImage['bundles'] = async () => {
    const found: Bundle[] = []
    for (const one of await referrers()) {
      const manifest = await takeManifest(url, repository, one.digest)
      const layer = (JSON.parse(manifest?.bytes.toString() ?? '') as { layers: { digest: string }[] })
        .layers[0]
      found.push(JSON.parse((await takeBlob(url, repository, layer?.digest ?? '')).toString()) as Bundle)
    }
    return found
  }

  const attachBundle: TestImage['attachBundle'] = async (content, how = {}) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))
    const layers = how.layers ?? [blob(BUNDLE, bytes)]
    const config = blob('application/vnd.oci.empty.v1+json', Buffer.from('{}'))
    for (const one of [config, ...layers]) await sendBlob(url, repository, one)
    const artifactType = how.artifactType ?? BUNDLE
    const manifest = jsonBlob(MEDIA_TYPES.oci.manifest, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.oci.manifest,
      artifactType,
      config: descriptor(config),
      layers: layers.map(descriptor),
      subject: {
        mediaType: image.top.mediaType,
        digest: how.subject ?? digest,
        size: image.top.bytes.length,
      },
      ...(how.annotations === undefined ? {} : { annotations: how.annotations }),
    })
    const before = registry.hasReferrers ? [] : await referrers()
    await sendManifest(url, repository, manifest.digest, manifest)
    if (!registry.hasReferrers) await putIndex([...before, { ...descriptor(manifest), artifactType }])
  }

  const putSignatures: TestImage['putSignatures'] = async (layers) => {
    const blobs = layers.map(({ payload, mediaType }) => blob(mediaType ?? SIMPLE_SIGNING, payload))
    const config = jsonBlob(MEDIA_TYPES.oci.config, {
      architecture: '',
      os: '',
      config: {},
      rootfs: { type: 'layers', diff_ids: blobs.map((one) => one.digest) },
    })
    for (const one of [config, ...blobs]) await sendBlob(url, repository, one)
    const manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.oci.manifest,
      config: descriptor(config),
      layers: blobs.map((one, index) => {
        const signature = layers[index]?.signature
        const annotations = signature === undefined ? {} : { annotations: { [SIGNATURE_KEY]: signature } }
        return { ...descriptor(one), ...annotations }
      }),
    }
    await sendManifest(url, repository, `${fallbackTag}.sig`, jsonBlob(MEDIA_TYPES.oci.manifest, manifest))
  }

  const env = ({ repository: other }: SignOptions): Record<string, string> =>
    other === undefined ? {} : { COSIGN_REPOSITORY: `${host}/${other}` }

  return {
    host,
    repository,
    reference: `${name}:${tag}`,
    digest,
    image,
    cosign,
    sign: (signer, how = {}) =>
      cosign.must(
        ['sign', ...signingOptions(cosign, signer, how), `${name}@${how.digest ?? digest}`],
        env(how),
      ),
    attest: async (signer, type, predicate, how = {}) => {
      const file = `${folder}/${repository.replaceAll('/', '-')}-${type.replace(/\W/g, '')}.json`
      await writeFile(file, JSON.stringify(predicate))
      const args = [...signingOptions(cosign, signer, how), '--type', type, '--predicate', file]
      await cosign.must(['attest', ...args, `${name}@${how.digest ?? digest}`], env(how))
    },
    attachBundle,
    putSignatures,
    bundles,
    signatures: async () => {
      const manifest = await takeManifest(url, repository, `${fallbackTag}.sig`)
      const { layers } = JSON.parse(manifest?.bytes.toString() ?? '{"layers":[]}') as {
        layers: { digest: string; mediaType: string; annotations: Record<string, string> }[]
      }
      return Promise.all(
        layers.map(async (layer) => ({
          payload: await takeBlob(url, repository, layer.digest),
          signature: layer.annotations[SIGNATURE_KEY] ?? '',
          mediaType: layer.mediaType,
        })),
      )
    },
    replaceBundles: async (change, how) => {
      const changed = (await bundles()).map(change)
      if (registry.hasReferrers) throw new Error('only the fallback tag can be replaced')
      await putIndex([])
      for (const one of changed) await attachBundle(one, how)
    },
    moveTag: () => pushImage(url, `${repository}:${tag}`, buildImage({ seed: `${repository} moved` })),
    sibling: (suffix) => pushTestImage(registry, cosign, `${repository}-${suffix}`, folder),
  }
}

function descriptor({ mediaType, digest, bytes }: Blob) {
  return { mediaType, digest, size: bytes.length }
}

function signingOptions(cosign: Cosign, signer: Signer, options: SignOptions): string[] {
  const args = ['--yes', '--use-signing-config=false', '--allow-insecure-registry']
  if (options.legacy === true) args.push('--new-bundle-format=false')
  if (typeof signer === 'string') {
    args.push('--key', cosign.keys[signer].privateFile)
    if (options.log !== undefined) args.push('--rekor-url', options.log.url)
  } else {
    const { sigstore, subject, issuer, claims } = signer
    args.push('--fulcio-url', sigstore.url, '--rekor-url', sigstore.url)
    args.push('--identity-token', identityToken(subject, issuer, claims))
  }
  const isLogged = options.hasNoLog !== true && (typeof signer !== 'string' || options.log !== undefined)
  if (!isLogged) args.push('--tlog-upload=false')
  return [...args, ...(options.more ?? [])]
}
