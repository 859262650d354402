/** Media types of the OCI image-spec, and Docker's older ones (distribution `manifest/schema2`, `manifestlist`). */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/**
 * The `Accept` header of every manifest request. If a type is missing, a registry does not fail but returns another
 * manifest, and so another digest (docker-registry 2.8 converts a list to one platform, or to schema 1). It is one
 * line since some registries read only the first `Accept` line (cri-o#9902), and has no wildcard, which means
 * schema 1 to old registries.
 */
export const ACCEPT_MANIFESTS: string = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(', ')

/** Content types that servers use for JSON of unknown type. */
const GENERIC = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'text/plain',
  'binary/octet-stream',
])

export type ManifestKind = 'index' | 'image' | 'schema1'

/** The kind of manifest of a media type; undefined for other types. */
export function manifestKind(mediaType: string): ManifestKind | undefined {
  switch (mediaType) {
    case OCI_INDEX:
    case DOCKER_LIST:
      return 'index'
    case OCI_MANIFEST:
    case DOCKER_MANIFEST:
      return 'image'
    case 'application/vnd.docker.distribution.manifest.v1+json':
    case 'application/vnd.docker.distribution.manifest.v1+prettyjws':
      return 'schema1'
    default:
      return undefined
  }
}

/** Whether a content type does not identify the manifest, so that its body has to. */
export function isGenericType(mediaType: string): boolean {
  return GENERIC.has(mediaType)
}

/**
 * The media type in a `Content-Type` value, in lower case and without parameters, as the distribution-spec
 * requires; empty if there is none.
 */
export function parseContentType(value: string | undefined): string {
  return (value ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Whether a config's media type is that of a container image; any other one is an artifact. */
export function isImageConfig(mediaType: string): boolean {
  return (
    mediaType === 'application/vnd.oci.image.config.v1+json' ||
    mediaType === 'application/vnd.docker.container.image.v1+json'
  )
}
