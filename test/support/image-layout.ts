import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Blob, Image } from './registry/image.ts'

/** The files of a layout by path, in the order of the archive. */
export type LayoutFiles = Map<string, Buffer>

/** An image with its annotations in a layout. */
export interface LaidImage {
  readonly image: Image
  readonly annotations?: Readonly<Record<string, string>>
  /** Of an artifact, as `oras` lists it. */
  readonly artifactType?: string
}

export const CONTAINERD_NAME = 'io.containerd.image.name'
export const REF_NAME = 'org.opencontainers.image.ref.name'

/** Makes an image layout (OCI image-spec, image-layout.md). */
export function layoutFiles(images: readonly LaidImage[]): LayoutFiles {
  const files: LayoutFiles = new Map()
  files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'))
  const add = ({ digest, bytes }: Blob): void => {
    files.set(blobPath(digest), bytes)
  }
  for (const { image } of images)
    for (const blob of [image.top, ...image.manifests, ...image.blobs]) add(blob)
  const manifests = images.map(({ image: { top }, annotations, artifactType }) => ({
    mediaType: top.mediaType,
    digest: top.digest,
    size: top.bytes.length,
    artifactType,
    ...(annotations === undefined ? {} : { annotations }),
  }))
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })))
  return files
}

/** The path of a blob in a layout. */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

export function writeFolder(folder: string, files: LayoutFiles): void {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}

/** One member of a tar archive: a file, unless a type is given. */
export interface TarMember {
  readonly name: string
  readonly bytes?: Buffer
  readonly type?: string
  /** The size in the header, if it should be wrong. */
  readonly claims?: string
}

export function tarOf(files: LayoutFiles): Buffer {
  return tar([...files].map(([name, bytes]) => ({ name, bytes })))
}

/** Writes a ustar archive without checking its members. */
export function tar(members: readonly TarMember[]): Buffer {
  const parts = members.flatMap(({ name, bytes = Buffer.alloc(0), type = '0', claims }) => [
    tarHeader(name, type, claims ?? `${bytes.length.toString(8).padStart(11, '0')}\0`),
    bytes,
    Buffer.alloc((512 - (bytes.length % 512)) % 512),
  ])
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

function tarHeader(name: string, type: string, size: string): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write(size, 124, 12, 'latin1')
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write('ustar\0', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** One record of a pax header: its length counts itself. */
export function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (`${length}`.length + rest !== length) length++
  return Buffer.from(`${length} ${key}=${value}\n`)
}
