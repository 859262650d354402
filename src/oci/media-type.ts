/** OCI image-spec media types, and Docker's that came before them (distribution `manifest/schema2`, `manifestlist`). */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/**
 * The value of the one `Accept` header of every manifest request. A registry that misses a type in it does not
 * fail: it answers with another manifest and so another digest (docker-registry 2.8 rewrites a list to one
 * platform, or to schema 1). It stands on one line since some registries read only the first `Accept` line
 * (cri-o#9902), and never has a wildcard, which means schema 1 to old registries.
 */
export const ACCEPT_MANIFESTS: string = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(', ')

/** The content types that servers give to JSON they know nothing more about. */
const GENERIC = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'text/plain',
  'binary/octet-stream',
])

export type ManifestKind = 'index' | 'image' | 'schema1'

/** The kind of manifest that a media type stands for; undefined where it is none. */
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

/** Whether a content type says nothing about the manifest, so that its body has to. */
export function isGenericType(mediaType: string): boolean {
  return GENERIC.has(mediaType)
}

/**
 * The media type of a `Content-Type` value: parameters dropped, as the distribution-spec asks of clients, and
 * in lower case. The empty string where there is none.
 */
export function parseContentType(value: string | undefined): string {
  return (value ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Whether a config's media type is that of a container image: anything else is an artifact. */
export function isImageConfig(mediaType: string): boolean {
  return (
    mediaType === 'application/vnd.oci.image.config.v1+json' ||
    mediaType === 'application/vnd.docker.container.image.v1+json'
  )
}
