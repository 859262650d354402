import { createHash, type Hash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ifExists } from '../files/file-system.ts'
import { digestAlgorithm, invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'

/** A blob of a layout, read and hashed. */
export interface Blob {
  /** In bytes. */
  readonly size: number
  /** Whether its bytes match its digest. */
  readonly isIntact: boolean
  /** Its bytes, if it is small and begins like a JSON object: a manifest, an index or a config. */
  readonly json?: Uint8Array
}

/** The content of a layout in a folder or an archive. */
export interface LayoutContent {
  /** The path as the user gave it. */
  readonly path: string
  /** `oci:PATH` or `oci-archive:PATH`, the transport names of skopeo and podman. */
  readonly transport: string
  /** The bytes of `oci-layout`, `index.json` and docker's `manifest.json`, if they exist. */
  readonly marker?: Uint8Array
  readonly index?: Uint8Array
  readonly dockerManifest?: Uint8Array
  /** Resolves to undefined if the layout does not contain the blob. */
  blob(digest: Digest): Promise<Blob | undefined>
  /** The digests of the blobs that may be JSON objects: small ones that begin like one. */
  jsonBlobs(): readonly Digest[]
}

/** The maximum size of JSON that is read, in bytes. Registries accept manifests up to 4 MiB (distribution-spec). */
export const MAX_JSON: number = 8 * 1024 * 1024

/** The files beside the blobs, and their keys in `LayoutContent`. */
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
 * Reads and hashes a blob.
 *
 * @param digest its expected digest
 * @param chunks its bytes
 * @param size its size in bytes
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
    // The memory of the chunk may be reused for the next one.
    if (isKept) kept.push(Uint8Array.from(chunk))
    read += chunk.length
  }
  const isIntact = hash !== undefined && digest.endsWith(`:${hash.digest('hex')}`)
  return { size: read, isIntact, ...(isKept ? { json: Buffer.concat(kept) } : {}) }
}

/** Undefined for blake3, which Node cannot compute; such a blob does not count as intact. */
function hashFor(digest: Digest): Hash | undefined {
  const algorithm = digestAlgorithm(digest)
  return algorithm === 'blake3' ? undefined : createHash(algorithm)
}

/** Reads a layout in a folder (OCI image-spec, image-layout.md). Blobs are read and hashed on demand. */
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
    jsonBlobs: () => listJsonFiles(path),
  }
}

function listJsonFiles(path: string): Digest[] {
  return ['sha256', 'sha512'].flatMap((algorithm) => {
    const folder = join(path, 'blobs', algorithm)
    return (ifExists(() => readdirSync(folder)) ?? []).flatMap((name) => {
      const digest = `${algorithm}:${name}`
      if (invalidDigestReason(digest) !== undefined) return []
      return beginsLikeJson(join(folder, name)) ? [digest as Digest] : []
    })
  })
}

function beginsLikeJson(path: string): boolean {
  const stat = ifExists(() => statSync(path))
  if (!stat?.isFile() || stat.size > MAX_JSON) return false
  const start = new Uint8Array(1)
  const file = openSync(path, 'r')
  try {
    return readSync(file, start) === 1 && start[0] === BRACE
  } finally {
    closeSync(file)
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
