import { createReadStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ifThere } from '../files/file-system.ts'
import { digestAlgorithm } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import { readBlob } from './blob-hash.ts'
import { type Blob, type LayoutContent, MAX_JSON, ROOT_FILES } from './content.ts'

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
  const stat = ifThere(() => statSync(file))
  return stat?.isFile() ? readBlob(digest, createReadStream(file), stat.size) : undefined
}

function readSmall(file: string): Uint8Array | undefined {
  const stat = ifThere(() => statSync(file))
  return stat?.isFile() && stat.size <= MAX_JSON ? readFileSync(file) : undefined
}
