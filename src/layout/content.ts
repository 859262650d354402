import { createHash, type Hash } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ifExists } from '../files/file-system.ts'
import { digestAlgorithm } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'

/** One blob of a layout, read and hashed. */
export interface Blob {
  /** In bytes. */
  readonly size: number
  /** Whether its bytes hash to its name. */
  readonly isIntact: boolean
  /** Its bytes, where it is small and begins as JSON does: a manifest, an index or a config. */
  readonly json?: Uint8Array
}

/** What a layout holds, wherever it lies: in a folder, or in an archive. */
export interface LayoutContent {
  /** As the user named it. */
  readonly path: string
  /** `oci:PATH` or `oci-archive:PATH`, as skopeo and podman call it. */
  readonly transport: string
  /** The bytes of `oci-layout`, `index.json` and docker's `manifest.json`, where they are there. */
  readonly marker?: Uint8Array
  readonly index?: Uint8Array
  readonly dockerManifest?: Uint8Array
  /** Undefined where the layout does not hold it. */
  blob(digest: Digest): Promise<Blob | undefined>
}

/** The size up to which a blob is kept if it may be JSON: registries take manifests up to 4 MiB (distribution-spec). */
export const MAX_JSON: number = 8 * 1024 * 1024

/** The files beside the blobs, and under which name `LayoutContent` has them. */
export const ROOT_FILES: Readonly<Record<RootFile, RootKey>> = {
  'oci-layout': 'marker',
  'index.json': 'index',
  'manifest.json': 'dockerManifest',
}

export type RootFile = 'oci-layout' | 'index.json' | 'manifest.json'
export type RootKey = 'marker' | 'index' | 'dockerManifest'

export function isRootFile(name: string): name is RootFile {
  return Object.hasOwn(ROOT_FILES, name)
}

const BRACE = 0x7b

/**
 * Reads a blob to its end and hashes it.
 *
 * @param digest its name
 * @param chunks its bytes
 * @param size how many there are
 */
export async function readBlob(
  digest: Digest,
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<Blob> {
  const hash = hashFor(digest)
  const kept: Uint8Array[] = []
  let isKept = size <= MAX_JSON
  let read = 0
  for await (const chunk of chunks) {
    hash?.update(chunk)
    if (read === 0 && chunk[0] !== BRACE) isKept = false
    // The chunk's memory may be used again for the next one.
    if (isKept) kept.push(Uint8Array.from(chunk))
    read += chunk.length
  }
  const isIntact = hash !== undefined && digest.endsWith(`:${hash.digest('hex')}`)
  return { size: read, isIntact, ...(isKept ? { json: Buffer.concat(kept) } : {}) }
}

/** Undefined for blake3, which cannot be computed here: such a blob is not taken for intact. */
function hashFor(digest: Digest): Hash | undefined {
  const algorithm = digestAlgorithm(digest)
  return algorithm === 'blake3' ? undefined : createHash(algorithm)
}

/** Reads a layout's folder (OCI image-spec, image-layout.md). A blob is read and hashed when it is first asked for. */
export function folderContent(path: string): LayoutContent {
  const roots = Object.entries(ROOT_FILES).flatMap(([name, key]) => {
    const bytes = readSmall(join(path, name))
    return bytes === undefined ? [] : [[key, bytes] as const]
  })
  const blobs = new Map<Digest, Promise<Blob | undefined>>()
  return {
    path,
    transport: `oci:${path}`,
    ...Object.fromEntries(roots),
    blob: (digest) => {
      const known = blobs.get(digest) ?? readBlobFile(path, digest)
      blobs.set(digest, known)
      return known
    },
  }
}

async function readBlobFile(path: string, digest: Digest): Promise<Blob | undefined> {
  const algorithm = digestAlgorithm(digest)
  const file = join(path, 'blobs', algorithm, digest.slice(algorithm.length + 1))
  const stat = ifExists(() => statSync(file))
  return stat?.isFile() ? readBlob(digest, createReadStream(file), stat.size) : undefined
}

function readSmall(file: string): Uint8Array | undefined {
  const stat = ifExists(() => statSync(file))
  return stat?.isFile() && stat.size <= MAX_JSON ? readFileSync(file) : undefined
}
