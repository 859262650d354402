import { type Blob, buildImage, type Image, type ImageSpec, MEDIA_TYPES } from './image.ts'

/** What a registry holds: repositories with tags, manifests and blobs. */
export interface Store {
  /** Puts an image (or one ready-made manifest) under a repository, and a tag on it. */
  put(repository: string, tag: string | undefined, content: Image | Blob): void
  /** Takes a tag away; what it named stays reachable by digest. */
  untag(repository: string, tag: string): void
  /** Whether anything was ever put there. */
  has(repository: string): boolean
  manifest(repository: string, reference: string): Blob | undefined
  blob(repository: string, digest: string): Blob | undefined
  /** The tags of a repository, sorted. */
  tags(repository: string): readonly string[]
}

interface Repository {
  readonly tags: Map<string, string>
  readonly manifests: Map<string, Blob>
  readonly blobs: Map<string, Blob>
}

/**
 * An empty store.
 *
 * @param anyImage answers for every repository and tag that nothing was put under, with an image of this kind whose
 *   bytes depend on the name alone; absent: such names are unknown
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
      if (byTag !== undefined || anyImage === undefined || reference.includes(':')) return byTag
      put(name, reference, buildImage({ ...anyImage, seed: `${name}:${reference}` }))
      return repositoryAt(name).manifests.get(repositoryAt(name).tags.get(reference) ?? '')
    },
    blob: (name, digest) =>
      repositories.get(name)?.blobs.get(digest) ?? repositories.get(name)?.manifests.get(digest),
    tags: (name) => [...(repositories.get(name)?.tags.keys() ?? [])].sort(),
  }
}

/**
 * What a registry of the distribution project serves for a stored manifest under an Accept header: a docker list that
 * was not accepted is silently replaced by its linux/amd64 manifest, so that a client which forgets a type gets a
 * different digest rather than an error (distribution v3, registry/handlers/manifests.go; facts/registry.md 1.2).
 *
 * @returns undefined where nothing acceptable can be served
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
