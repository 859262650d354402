import { type Blob, blob, jsonBlob, MEDIA_TYPES } from './image.ts'
import type { TestRegistry } from './registry.ts'

/** The media types of what is attached to images. */
export const ATTACHED_TYPES = {
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  signature: 'application/vnd.dev.cosign.simplesigning.v1+json',
  attestation: 'application/vnd.dsse.envelope.v1+json',
  emptyConfig: 'application/vnd.oci.empty.v1+json',
} as const

/** An artifact, with the blobs that it names. */
export interface Artifact {
  readonly manifest: Blob
  readonly blobs: readonly Blob[]
}

/** One layer of an artifact; what is given replaces what would be right. */
export interface Layer {
  readonly mediaType: string
  readonly content: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly digest?: string
  readonly size?: unknown
  /** Whether the blob itself is left out. */
  readonly isAbsent?: boolean
}

/** Makes an artifact; `more` adds fields to its manifest, or replaces them. */
export function artifact(layers: readonly Layer[], more: Readonly<Record<string, unknown>> = {}): Artifact {
  const config = blob(ATTACHED_TYPES.emptyConfig, Buffer.from('{}'))
  const blobs = layers.map(({ mediaType, content }) => blob(mediaType, Buffer.from(content)))
  const manifest = jsonBlob(MEDIA_TYPES.oci.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.oci.manifest,
    config: { mediaType: config.mediaType, digest: config.digest, size: 2 },
    layers: layers.map(({ mediaType, annotations, digest, size }, index) => ({
      mediaType,
      digest: digest ?? blobs[index]?.digest,
      size: size ?? blobs[index]?.bytes.length,
      annotations,
    })),
    ...more,
  })
  return { manifest, blobs: [config, ...blobs.filter((_, index) => layers[index]?.isAbsent !== true)] }
}

/** A bundle as cosign 3 attaches it. */
export function bundleReferrer(
  subject: string,
  content: string,
  more: Readonly<Record<string, unknown>> = {},
): Artifact {
  return artifact([{ mediaType: ATTACHED_TYPES.bundle, content }], {
    artifactType: ATTACHED_TYPES.bundle,
    subject: { mediaType: MEDIA_TYPES.oci.index, digest: subject, size: 1 },
    ...more,
  })
}

/** Pushes artifacts by their digests, and the index of the fallback tag if the registry has no referrers API. */
export function pushReferrers(
  registry: TestRegistry,
  repository: string,
  subject: string,
  artifacts: readonly Artifact[],
  fallback: 'fallback tag' | 'api' = 'fallback tag',
): void {
  for (const { manifest, blobs } of artifacts) registry.pushManifest(repository, manifest, blobs)
  if (fallback === 'api') return
  const manifests = artifacts.map(({ manifest: { mediaType, digest, bytes } }) => {
    const { artifactType } = JSON.parse(bytes.toString()) as { artifactType?: string }
    return { mediaType, digest, size: bytes.length, artifactType }
  })
  registry.pushManifest(`${repository}:${subject.replace(':', '-')}`, referrersIndex(manifests))
}

/** The index of a fallback tag. */
export function referrersIndex(manifests: readonly unknown[]): Blob {
  const mediaType = MEDIA_TYPES.oci.index
  return jsonBlob(mediaType, { schemaVersion: 2, mediaType, manifests })
}

/** Pushes layers under `sha256-<hex>.sig` or `.att`, as cosign 1 and 2 do. */
export function pushUnderTag(
  registry: TestRegistry,
  repository: string,
  subject: string,
  suffix: 'sig' | 'att',
  layers: readonly Layer[],
): void {
  const { manifest, blobs } = artifact(layers)
  registry.pushManifest(`${repository}:${subject.replace(':', '-')}.${suffix}`, manifest, blobs)
}
