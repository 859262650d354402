import { formatPlatform, type Platform } from '../oci/platform.ts'
import { type Digest, type Reference, repositoryName } from '../reference/reference.ts'
import { type DataFormat, formatDataDocument } from '../report/data-document.ts'
import { formatTable } from '../report/table.ts'

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
  name: { needsTarget: false, write: (images) => images.map((image) => `${fullName(image)}\n`).join('') },
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

function writeTable(images: readonly InventoryImage[]): string {
  const rows = images.map(({ reference, digest, platforms = [], copyTo = '' }) => [
    taggedName(repositoryName(reference), reference.tag),
    digest,
    platforms.map(formatPlatform).join(','),
    copyTo,
  ])
  const hasTarget = images.some(({ copyTo }) => copyTo !== undefined)
  return formatTable(['IMAGE', 'DIGEST', 'PLATFORMS', ...(hasTarget ? ['COPY TO'] : [])], rows)
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
  }))
  return formatDataDocument(format, { images: rows }, version)
}

/** Formats a shell script with one command for each image. An image without a target is not copied. */
function writeScript(images: readonly InventoryImage[], command: string, transport: string): string {
  const lines = images.map((image) => {
    const source = word(transport + digestName(image))
    const target =
      image.copyTo === undefined ? undefined : word(transport + targetOf(image, image.copyTo, images))
    return target === undefined ? `# not copied: ${digestName(image)}\n` : `${command} ${source} ${target}\n`
  })
  return `#!/bin/sh\n# Copies images with their digests. Written by "pinpull inventory".\nset -eu\n${lines.join('')}`
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
  for (const { reference, digest } of images) {
    const repositories = registries.get(reference.domain) ?? new Map<string, Set<string>>()
    registries.set(reference.domain, repositories)
    repositories.set(reference.path, (repositories.get(reference.path) ?? new Set()).add(digest))
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
    images:${items(images, '      - ')}`
}

function items(images: readonly InventoryImage[], before: string): string {
  if (images.length === 0) return ' []\n'
  return `\n${images.map((image) => `${before}${quoted(fullName(image))}\n`).join('')}`
}

function quoted(text: string): string {
  return text.startsWith('[') ? JSON.stringify(text) : text
}
