import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import {
  type Blob,
  isRootFile,
  type LayoutContent,
  MAX_JSON,
  ROOT_FILES,
  type RootKey,
  readBlob,
} from './content.ts'
import { readTar, type TarEntry, TarError } from './tar.ts'

/** The maximum size of all JSON blobs of an archive, in bytes. */
const MAX_KEPT = 256 * 1024 * 1024

const GZIP = [0x1f, 0x8b]
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd]

/**
 * Reads a layout in an archive: tar, tar.gz or tar.zst, detected by its first bytes. It is read once, sequentially, and
 * all blobs are hashed; only blobs that may be JSON are kept.
 *
 * @param path the file
 * @param start its first bytes, at least four
 * @throws {TarError} and the errors of the file system and of zlib
 */
export async function archiveContent(path: string, start: Uint8Array): Promise<LayoutContent> {
  const roots: Partial<Record<RootKey, Uint8Array>> = {}
  const blobs = new Map<Digest, Blob>()
  let kept = 0
  for await (const entry of readTar(decompress(path, start))) {
    const digest = blobDigest(entry.name)
    if (isRootFile(entry.name)) {
      const key = ROOT_FILES[entry.name]
      if (roots[key] !== undefined) throw new TarError(`it contains ${entry.name} twice`)
      roots[key] = await readWhole(entry)
    } else if (digest !== undefined) {
      const blob = await readBlob(digest, entry.body, entry.size)
      kept += blob.json?.length ?? 0
      if (kept > MAX_KEPT) throw new TarError('it has more manifests than can be read')
      // A tar can repeat a name; one intact copy is enough, since the name is the digest.
      if (!blobs.get(digest)?.isIntact) blobs.set(digest, blob)
    }
  }
  return {
    path,
    transport: `oci-archive:${path}`,
    ...roots,
    blob: async (digest) => blobs.get(digest),
    jsonBlobs: () => [...blobs].flatMap(([digest, { json }]) => (json === undefined ? [] : [digest])),
  }
}

function decompress(path: string, start: Uint8Array): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 })
  const begins = (magic: readonly number[]): boolean => magic.every((byte, at) => start[at] === byte)
  // `pipeline` forwards errors of the file to the reader.
  if (begins(GZIP)) return pipeline(file, createGunzip(), () => undefined)
  if (begins(ZSTD)) return pipeline(file, createZstdDecompress(), () => undefined)
  return file
}

/** Returns the digest of `blobs/sha256/…`; undefined for other names. */
function blobDigest(name: string): Digest | undefined {
  const [blobs, algorithm, encoded, ...rest] = name.split('/')
  if (blobs !== 'blobs' || encoded === undefined || rest.length > 0) return undefined
  const digest = `${algorithm}:${encoded}`
  return invalidDigestReason(digest) === undefined ? (digest as Digest) : undefined
}

async function readWhole({ name, size, body }: TarEntry): Promise<Uint8Array> {
  if (size > MAX_JSON) throw new TarError(`its ${name} is too large`)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}
