import { basename, join } from 'node:path'
import { PinpullError } from '../diagnostics/errors.ts'
import { type PreparedFile, prepareFile } from '../files/atomic-file.ts'
import { errorReason, type FileSystem, ifExists, realFiles } from '../files/file-system.ts'
import { readRegularFile } from '../files/regular-file.ts'
import { resolveTrustedPath } from '../files/trusted-path.ts'
import type { Attachment } from '../oci/attachment.ts'
import { MAX_STORED_SIZE, parseStored } from '../oci/stored-attachment.ts'
import { verifyDigest } from '../reference/content-digest.ts'
import type { Digest } from '../reference/reference.ts'
import type { LockEntry } from './lock.ts'

/** The modes of a new folder and file, before the umask is applied: signatures are no secrets. */
const FOLDER_MODE = 0o777
const FILE_MODE = 0o666

/** The names of stored objects, and of what a killed run has left. No other file of the folder is ever removed. */
const OBJECT = /^sha256-[0-9a-f]{64}$/
const LEFTOVER = /^\.sha256-[0-9a-f]{64}\.[0-9a-f]{16}\.tmp$/

/**
 * Returns the folder with the signatures of a lock file: `pinpull.lock.d` beside `pinpull.lock.yaml`.
 * @param path of the lock file, without links
 */
export function signatureFolder(path: string): string {
  return `${path.replace(/\.(?:ya?ml|json)$/, '')}.d`
}

/** Returns the name of the file of an object. It has no extension, so that nothing takes it for a manifest. */
export function objectName(digest: Digest): string {
  return digest.replace(':', '-')
}

/** Returns the stored signatures and attestations that an entry names. */
export function objectsOf({ verified }: Pick<LockEntry, 'verified'>): readonly Digest[] {
  if (verified === undefined) return []
  const { bundle, attestations = [] } = verified
  return [...(bundle === undefined ? [] : [bundle]), ...attestations.map((one) => one.bundle)]
}

/** Returns everything that is stored for an entry. */
function storedOf(entry: Pick<LockEntry, 'verified'>): readonly Digest[] {
  const { index } = entry.verified ?? {}
  return [...objectsOf(entry), ...(index === undefined ? [] : [index])]
}

/** The objects beside a lock file. */
export interface SignatureStore {
  /**
   * Reads an object.
   * @returns undefined if it is not stored
   * @throws {PinpullError} LOCK_SIGNATURE_INVALID if its file is not what it is named after, or may not be read
   */
  read(digest: Digest): Attachment | undefined
  /**
   * Reads an index.
   * @returns its bytes; undefined if it is not stored
   * @throws {PinpullError} LOCK_SIGNATURE_INVALID as `read`
   */
  readIndex(digest: Digest): Uint8Array | undefined
}

/**
 * Opens the objects beside a lock file. Nothing is read before it is asked for.
 * @param path of the lock file
 * @param shown the path of the lock file in messages
 */
export function openSignatureStore(
  path: string,
  shown: string,
  files: FileSystem = realFiles,
): SignatureStore {
  const placeOf = (digest: Digest): string => `${signatureFolder(shown)}/${objectName(digest)}`
  const readBytes = (digest: Digest): Uint8Array | undefined => {
    const place = placeOf(digest)
    let bytes: Uint8Array | undefined
    try {
      const folder = signatureFolder(resolveTrustedPath(path, files))
      bytes = isFolder(folder, files)
        ? readRegularFile(join(folder, objectName(digest)), MAX_STORED_SIZE, files)
        : undefined
    } catch (error) {
      throw invalid(place, errorReason(error), error)
    }
    if (bytes !== undefined && !verifyDigest(digest, bytes))
      throw invalid(place, 'its content does not have the hash that it is named after')
    return bytes
  }
  return {
    readIndex: readBytes,
    read(digest) {
      const bytes = readBytes(digest)
      if (bytes === undefined) return undefined
      const attachment = parseStored(bytes, placeOf(digest))
      if (typeof attachment === 'string') throw invalid(placeOf(digest), attachment)
      return attachment
    },
  }
}

function invalid(file: string, reason: string, cause?: unknown): PinpullError {
  return new PinpullError('LOCK_SIGNATURE_INVALID', { file, reason }, { cause })
}

/**
 * @returns whether the folder is there
 * @throws Error if something else has its name: a link could lead to the files of somebody else
 */
function isFolder(folder: string, files: FileSystem): boolean {
  const stat = ifExists(() => files.lstatSync(folder))
  if (stat === undefined) return false
  if (stat.isSymbolicLink()) throw new Error(`${basename(folder)} is a link`)
  if (!stat.isDirectory()) throw new Error(`${basename(folder)} is not a folder`)
  return true
}

/** The bytes of objects by the digest that names them. */
export type StoredObjects = ReadonlyMap<Digest, Uint8Array>

/** Which objects entries name, have to be written and are not there yet. */
export function missingObjects(
  path: string,
  entries: readonly LockEntry[],
  objects: StoredObjects,
  files: FileSystem,
): StoredObjects {
  const folder = signatureFolder(path)
  const needed = new Set(entries.flatMap(storedOf))
  return new Map(
    [...objects].filter(
      ([digest]) => needed.has(digest) && !isStored(join(folder, objectName(digest)), digest, files),
    ),
  )
}

function isStored(path: string, digest: Digest, files: FileSystem): boolean {
  try {
    const bytes = readRegularFile(path, MAX_STORED_SIZE, files)
    return bytes !== undefined && verifyDigest(digest, bytes)
  } catch {
    return false // It is replaced.
  }
}

/**
 * Writes objects, all of them or none, and makes their folder if it is not there.
 *
 * @param path of the lock file, without links
 * @returns removes what was written
 * @throws Error if the folder is none; the system's error
 */
export function writeObjects(path: string, objects: StoredObjects, files: FileSystem): () => void {
  if (objects.size === 0) return () => {}
  const folder = signatureFolder(path)
  if (!isFolder(folder, files)) files.mkdirSync(folder, { mode: FOLDER_MODE })
  const prepared: PreparedFile[] = []
  const done: string[] = []
  const undo = (): void => {
    for (const file of done) ifExists(() => files.unlinkSync(file))
    for (const one of prepared.slice(done.length)) one.discard()
  }
  try {
    for (const [digest, bytes] of objects)
      prepared.push(
        prepareFile(join(folder, objectName(digest)), bytes, { mode: FILE_MODE, keepMode: true, files }),
      )
    for (const [index, digest] of [...objects.keys()].entries()) {
      prepared[index]?.commit()
      done.push(join(folder, objectName(digest)))
    }
  } catch (error) {
    undo()
    throw error
  }
  return undo
}

/**
 * Removes the objects that no entry names. What has another name, or is a link, is not ours.
 *
 * @param path of the lock file, without links
 */
export function removeUnusedObjects(path: string, entries: readonly LockEntry[], files: FileSystem): void {
  const folder = signatureFolder(path)
  const used = new Set(entries.flatMap(storedOf).map(objectName))
  try {
    if (!isFolder(folder, files)) return
    for (const name of files.readdirSync(folder)) {
      const isUnused = OBJECT.test(name) ? !used.has(name) : LEFTOVER.test(name)
      const file = join(folder, name)
      if (isUnused && files.lstatSync(file).isFile()) files.unlinkSync(file)
    }
  } catch {
    // The next run tries again: what is left over is in nobody's way.
  }
}
