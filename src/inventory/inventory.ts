import { formatPlatform, type Platform } from '../oci/platform.ts'
import { type Digest, type Reference, repositoryName } from '../reference/reference.ts'
import { type DataFormat, formatDataDocument } from '../report/data-document.ts'
import { formatTable } from '../report/table.ts'
import { type AttachedName, attachedReference, isDigest, shortName } from './attached-name.ts'

/** An image that a stream needs, with the digest that nodes will pull. */
export interface InventoryImage {
  /** In the spelling of its first use. */
  readonly reference: Reference
  readonly digest: Digest
  /** Absent if the manifest has the digest and the image was not resolved. */
  readonly mediaType?: string
  readonly platforms?: readonly Platform[]
  /** The full name of the repository to copy the image to; absent if it is not copied. */
  readonly copyTo?: string
  /** What has its signatures and attestations; absent if nobody has looked. */
  readonly attached?: readonly AttachedName[] | undefined
}

/** `docker.io/library/nginx:1.27@sha256:…`: with every part that the image has. */
export function fullName({ reference, digest }: InventoryImage): string {
  return `${taggedName(repositoryName(reference), reference.tag)}@${digest}`
}

/** `docker.io/library/nginx@sha256:…`, for tools that reject a tag beside a digest. */
export function digestName({ reference, digest }: InventoryImage): string {
  return `${repositoryName(reference)}@${digest}`
}

export function taggedName(name: string, tag: string | undefined): string {
  return tag === undefined ? name : `${name}:${tag}`
}

/** What an inventory is for: people, programs, scripts, or a tool. `docs/offline.md` describes the use of each. */
export type InventoryFormat =
  | 'name'
  | 'table'
  | DataFormat
  | 'skopeo'
  | 'skopeo-sync'
  | 'crane'
  | 'hauler'
  | 'zarf'

interface Format {
  /** Whether every image needs `copyTo`. */
  readonly needsTarget: boolean
  /** @param version Pinpull's own */
  readonly write: (images: readonly InventoryImage[], version: string) => string
}

/** All formats. Each names digests, and what copies images keeps their digests. */
export const INVENTORY_FORMATS: Readonly<Record<InventoryFormat, Format>> = {
  name: {
    needsTarget: false,
    write: (images) =>
      namesOf(images)
        .map((name) => `${name}\n`)
        .join(''),
  },
  table: { needsTarget: false, write: writeTable },
  json: { needsTarget: false, write: (images, version) => writeData('json', images, version) },
  yaml: { needsTarget: false, write: (images, version) => writeData('yaml', images, version) },
  skopeo: {
    needsTarget: true,
    // --all copies every platform; --preserve-digests fails rather than change a digest.
    write: (images) => writeScript(images, 'skopeo copy --all --preserve-digests', 'docker://'),
  },
  'skopeo-sync': { needsTarget: false, write: writeSkopeoSync },
  crane: { needsTarget: true, write: (images) => writeScript(images, 'crane copy', '') },
  hauler: { needsTarget: false, write: writeHauler },
  zarf: { needsTarget: false, write: writeZarf },
}

/** Each image, followed by what is attached to it. */
function namesOf(images: readonly InventoryImage[]): readonly string[] {
  return images.flatMap((image) => [
    fullName(image),
    ...(image.attached ?? []).map((one) => attachedReference(one.repository, one)),
  ])
}

function writeTable(images: readonly InventoryImage[]): string {
  const hasTarget = images.some(({ copyTo }) => copyTo !== undefined)
  const hasAttached = images.some(({ attached }) => attached !== undefined)
  const rows = images.map(({ reference, digest, platforms = [], copyTo = '', attached = [] }) => [
    taggedName(repositoryName(reference), reference.tag),
    digest,
    platforms.map(formatPlatform).join(','),
    ...(hasAttached ? [attached.map(shortName).join(', ') || 'nothing'] : []),
    ...(hasTarget ? [copyTo] : []),
  ])
  const columns = [...(hasAttached ? ['ATTACHED'] : []), ...(hasTarget ? ['COPY TO'] : [])]
  return formatTable(['IMAGE', 'DIGEST', 'PLATFORMS', ...columns], rows)
}

function writeData(format: DataFormat, images: readonly InventoryImage[], version: string): string {
  const rows = images.map((image) => ({
    image: image.reference.text,
    repository: repositoryName(image.reference),
    tag: image.reference.tag,
    digest: image.digest,
    mediaType: image.mediaType,
    platforms: image.platforms?.map(formatPlatform),
    copyTo: image.copyTo,
    attached: image.attached?.map((one) => ({
      reference: attachedReference(one.repository, one),
      copyTo: one.copyTo,
    })),
  }))
  return formatDataDocument(format, { images: rows }, version)
}

/** Formats a shell script with one command for each image. An image without a target is not copied. */
function writeScript(images: readonly InventoryImage[], command: string, transport: string): string {
  const lines = images.map((image) => {
    const source = word(transport + digestName(image))
    const target =
      image.copyTo === undefined ? undefined : word(transport + targetOf(image, image.copyTo, images))
    if (target === undefined) return `# not copied: ${digestName(image)}\n`
    const attached = (image.attached ?? []).map((one) => writeAttached(one, command, transport))
    return `${command} ${source} ${target}\n${attached.join('')}`
  })
  return `#!/bin/sh\n# Copies images with their digests. Written by "pinpull inventory".\nset -eu\n${lines.join('')}`
}

function writeAttached(one: AttachedName, command: string, transport: string): string {
  const source = attachedReference(one.repository, one)
  if (one.copyTo === undefined) return `# not copied: ${source}\n`
  return `${command} ${word(transport + source)} ${word(transport + attachedReference(one.copyTo, one))}\n`
}

/**
 * The reference to copy an image to: with its tag, so that people find it, or with its digest if it has no tag or another
 * image has the same one.
 */
function targetOf(image: InventoryImage, copyTo: string, images: readonly InventoryImage[]): string {
  const { digest, reference } = image
  const isShared = images.some(
    (other) => other.copyTo === copyTo && other.reference.tag === reference.tag && other.digest !== digest,
  )
  return reference.tag === undefined || isShared ? `${copyTo}@${digest}` : taggedName(copyTo, reference.tag)
}

/** Quotes a word for a shell. References need it only for the brackets of an IPv6 address. */
function word(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) ? text : `'${text}'`
}

/** skopeo-sync(1), "YAML file content": repositories and their digests by registry. */
function writeSkopeoSync(images: readonly InventoryImage[]): string {
  const registries = new Map<string, Map<string, Set<string>>>()
  const add = (domain: string, path: string, name: string): void => {
    const repositories = registries.get(domain) ?? new Map<string, Set<string>>()
    registries.set(domain, repositories)
    repositories.set(path, (repositories.get(path) ?? new Set()).add(name))
  }
  for (const { reference, digest, attached = [] } of images) {
    add(reference.domain, reference.path, digest)
    for (const { repository, name } of attached) {
      const slash = repository.indexOf('/')
      add(repository.slice(0, slash), repository.slice(slash + 1), name)
    }
  }
  let text = '# For: skopeo sync --all --preserve-digests --scoped --src yaml --dest docker FILE REGISTRY\n'
  for (const [domain, repositories] of registries) {
    text += `${JSON.stringify(domain)}:\n  images:\n`
    for (const [path, digests] of repositories) {
      text += `    ${path}:\n${[...digests].map((digest) => `      - ${digest}\n`).join('')}`
    }
  }
  return text
}

function writeHauler(images: readonly InventoryImage[]): string {
  return `# For: hauler store sync --filename FILE
apiVersion: content.hauler.cattle.io/v1
kind: Images
metadata:
  name: pinpull
spec:
  images:${items(images, '    - name: ')}`
}

function writeZarf(images: readonly InventoryImage[]): string {
  return `# For: zarf package create (0.76.0 or newer: older ones refuse the digest of an index)
apiVersion: zarf.dev/v1alpha1
kind: ZarfPackageConfig
metadata:
  name: pinpull
components:
  - name: images
    required: true
    images:${items(images, '      - ', true)}`
}

/** @param hasTags whether the tags of what is attached are listed, too; hauler looks for them itself */
function items(images: readonly InventoryImage[], before: string, hasTags: boolean = false): string {
  if (images.length === 0) return ' []\n'
  const names = images.flatMap((image) => [
    fullName(image),
    ...(image.attached ?? [])
      .filter((one) => hasTags && !isDigest(one))
      .map((one) => attachedReference(one.repository, one)),
  ])
  return `\n${names.map((name) => `${before}${quoted(name)}\n`).join('')}`
}

function quoted(text: string): string {
  return text.startsWith('[') ? JSON.stringify(text) : text
}
