import { type Blob, buildImage, type Image, type ImageSpec, MEDIA_TYPES } from './image.ts'

/** The content of a registry: repositories with tags, manifests and blobs. */
export interface Store {
  /** Adds an image (or a ready-made manifest) to a repository, optionally with a tag. */
  put(repository: string, tag: string | undefined, content: Image | Blob): void
  /** Removes a tag; its manifest can still be read by digest. */
  untag(repository: string, tag: string): void
  /** Whether the repository exists. */
  has(repository: string): boolean
  manifest(repository: string, reference: string): Blob | undefined
  blob(repository: string, digest: string): Blob | undefined
  /** The descriptors of the manifests that refer to a digest by their field `subject`. */
  referrers(repository: string, digest: string): readonly object[]
  /** The tags of a repository, sorted. */
  tags(repository: string): readonly string[]
}

interface Repository {
  readonly tags: Map<string, string>
  readonly manifests: Map<string, Blob>
  readonly blobs: Map<string, Blob>
}

/** Digests, and tags of what is attached to them: no image has such a name. */
const NOT_MADE = /:|^sha256-[0-9a-f]{64}(?:\.\w+)?$/

/**
 * Makes an empty store.
 *
 * @param anyImage returned for every repository and tag without content, with bytes that only depend on the
 *   name. Default: such names are unknown
 */
export function createStore(anyImage?: ImageSpec): Store {
  const repositories = new Map<string, Repository>()

  const repositoryAt = (name: string): Repository => {
    const known = repositories.get(name)
    if (known !== undefined) return known
    const made = { tags: new Map(), manifests: new Map(), blobs: new Map() }
    repositories.set(name, made)
    return made
  }

  const put: Store['put'] = (name, tag, content) => {
    const repository = repositoryAt(name)
    const top = 'top' in content ? content.top : content
    for (const manifest of 'top' in content ? [...content.manifests, top] : [top]) {
      repository.manifests.set(manifest.digest, manifest)
    }
    for (const one of 'top' in content ? content.blobs : []) repository.blobs.set(one.digest, one)
    if (tag !== undefined) repository.tags.set(tag, top.digest)
  }

  return {
    put,
    untag: (name, tag) => {
      repositories.get(name)?.tags.delete(tag)
    },
    has: (name) => anyImage !== undefined || repositories.has(name),
    manifest: (name, reference) => {
      const known = repositories.get(name)
      const byTag = known?.manifests.get(known.tags.get(reference) ?? reference)
      if (byTag !== undefined || anyImage === undefined || NOT_MADE.test(reference)) return byTag
      put(name, reference, buildImage({ ...anyImage, seed: `${name}:${reference}` }))
      return repositoryAt(name).manifests.get(repositoryAt(name).tags.get(reference) ?? '')
    },
    blob: (name, digest) =>
      repositories.get(name)?.blobs.get(digest) ?? repositories.get(name)?.manifests.get(digest),
    referrers: (name, digest) =>
      [...(repositories.get(name)?.manifests.values() ?? [])].flatMap((manifest) => {
        const content = JSON.parse(manifest.bytes.toString()) as {
          subject?: { digest: string }
          artifactType?: string
          config?: { mediaType: string }
          annotations?: object
        }
        if (content.subject?.digest !== digest) return []
        const { mediaType, bytes } = manifest
        const artifactType = content.artifactType ?? content.config?.mediaType
        const { annotations } = content
        return [{ mediaType, digest: manifest.digest, size: bytes.length, artifactType, annotations }]
      }),
    tags: (name) => [...(repositories.get(name)?.tags.keys() ?? [])].sort(),
  }
}

/**
 * Content negotiation as in the distribution project's registry: if the client does not accept a docker manifest list,
 * it silently gets the linux/amd64 manifest, so a client that forgets a media type gets a
 * different digest rather than an error (distribution v3, registry/handlers/manifests.go).
 *
 * @returns the manifest, or undefined if none is acceptable
 */
export function negotiate(stored: Blob, accept: string, child: (digest: string) => Blob | undefined) {
  const accepted = accept.split(',').map((one) => one.split(';')[0]?.trim())
  const acceptable = (type: string) => accept === '' || accepted.includes('*/*') || accepted.includes(type)
  if (acceptable(stored.mediaType) || !isManifestType(stored.mediaType)) return stored
  if (stored.mediaType !== MEDIA_TYPES.docker.index || !acceptable(MEDIA_TYPES.docker.manifest))
    return undefined
  const list = JSON.parse(stored.bytes.toString()) as {
    manifests: { digest: string; platform: { os: string; architecture: string } }[]
  }
  const amd64 = list.manifests.find(
    ({ platform }) => platform.os === 'linux' && platform.architecture === 'amd64',
  )
  return amd64 === undefined ? undefined : child(amd64.digest)
}

function isManifestType(type: string): boolean {
  return Object.values(MEDIA_TYPES).some((family) => type === family.index || type === family.manifest)
}
