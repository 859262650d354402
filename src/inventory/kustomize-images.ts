/** An entry of `images` of a kustomization, which a HelmRelease and a Kustomization of Flux have too (kustomize, api/types/image.go). */
export interface KustomizeImage {
  /** An image's name as manifests spell it, without tag and digest: a regular expression to kustomize. */
  readonly name: string
  readonly newName?: string
  readonly newTag?: string
  readonly digest?: string
}

/** An image as kustomize splits it, which knows no grammar of references. */
interface ImageParts {
  readonly name: string
  readonly tag: string
  readonly digest: string
}

/**
 * Writes the entry that turns one image into another.
 *
 * @param from as manifests spell it
 * @param to a reference
 */
export function imageEntry(from: string, to: string): KustomizeImage {
  const { name } = splitImage(from)
  const { name: newName, tag, digest } = splitImage(to)
  return {
    name,
    ...(newName === name ? {} : { newName }),
    ...(tag === '' ? {} : { newTag: tag }),
    ...(digest === '' ? {} : { digest }),
  }
}

/** Applies entries to an image, one after the other, as kustomize does (api/filters/imagetag/updater.go, 4.5.3 and newer). */
export function applyEntries(image: string, entries: readonly KustomizeImage[]): string {
  return entries.reduce(
    (value, entry) => (matchesEntry(value, entry) ? applyEntry(value, entry) : value),
    image,
  )
}

/** kustomize, api/internal/image/image.go, `IsImageMatched`: the dots of a name match any character, and digests are SHA-256. */
export function matchesEntry(image: string, { name }: KustomizeImage): boolean {
  return new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(image)
}

function applyEntry(image: string, { newName, newTag, digest }: KustomizeImage): string {
  const parts = splitImage(image)
  const isReplaced = newTag !== undefined || digest !== undefined
  return joinImage({
    name: newName ?? parts.name,
    tag: isReplaced ? (newTag ?? '') : parts.tag,
    digest: isReplaced ? (digest ?? '') : parts.digest,
  })
}

/** kustomize, api/internal/image/image.go, `Split`. */
function splitImage(image: string): ImageParts {
  const slash = Math.max(image.indexOf('/'), 0)
  const at = image.indexOf('@', slash)
  const colon = image.indexOf(':', slash)
  const hasTag = colon >= 0 && (at < 0 || colon < at)
  const end = at < 0 ? image.length : at
  return {
    name: image.slice(0, hasTag ? colon : end),
    tag: hasTag ? image.slice(colon + 1, end) : '',
    digest: image.slice(end + 1),
  }
}

function joinImage({ name, tag, digest }: ImageParts): string {
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
}
