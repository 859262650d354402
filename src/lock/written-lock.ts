import { basename } from 'node:path'
import { PinpullError } from '../diagnostics/errors.ts'
import { type FileSystem, realFiles } from '../files/file-system.ts'
import { type Platform, parsePlatform } from '../oci/platform.ts'
import { digestFault } from '../reference/digest.ts'
import { canonicalText } from '../reference/normalize.ts'
import { parseReference } from '../reference/parse.ts'
import type { Digest } from '../reference/reference.ts'
import { formatLock } from './format.ts'
import { createLock, entryKey, type LockEntry } from './lock.ts'
import type { LockFile } from './lock-file.ts'
import { TIMESTAMP } from './parse-entry.ts'

/** An entry as `formatEntry` writes it: its keys in their order, a line each. */
const ENTRY =
  / {2}- reference: (.+)\n(?: {4}platform: (.+)\n)? {4}digest: (.+)\n {4}mediaType: (.+)\n(?: {4}platforms: \[(.*)\]\n)?(?: {4}source: (.+)\n)?(?: {4}resolvedAt: (.+)\n)?/y

/**
 * Reads a lock file that stands just as `pinpull lock` writes it, in a tenth of the time that its YAML takes. What it
 * read is written again and compared with the file, so that there is nothing in it that was overlooked.
 *
 * @returns undefined where the file is any other: commented, sorted otherwise, or wrong, for `readLockFile` to say how
 */
export function readWrittenLock(path: string, files: FileSystem = realFiles): LockFile | undefined {
  const text = readText(path, files)
  const entries = text === undefined ? undefined : readWrittenEntries(text)
  if (entries === undefined) return undefined
  return { path, name: basename(path), lock: createLock(entries), diagnostics: [] }
}

/** The entries of a lock file's text, where it is just what `formatLock` makes of them. */
export function readWrittenEntries(text: string): readonly LockEntry[] | undefined {
  const entries = readEntries(text)
  return entries !== undefined && formatLock(entries) === text ? entries : undefined
}

function readText(path: string, files: FileSystem): string | undefined {
  try {
    const text = Buffer.from(files.readFileSync(path)).toString('utf8')
    // Among others, what stands there for bytes that are not UTF-8.
    return text.includes('\ufffd') ? undefined : text
  } catch {
    return undefined
  }
}

function readEntries(text: string): readonly LockEntry[] | undefined {
  const entries: LockEntry[] = []
  const first = text.indexOf('\n  - ')
  if (first < 0) return undefined
  const references = new Set<string>()
  ENTRY.lastIndex = first + 1
  while (ENTRY.lastIndex < text.length) {
    const match = ENTRY.exec(text)
    const entry = match === null ? undefined : readEntry(match)
    if (entry === undefined) return undefined
    references.add(entryKey(entry))
    entries.push(entry)
  }
  return references.size === entries.length ? entries : undefined
}

/** The rules are those of `parseEntry`; here they need no words. */
function readEntry(match: RegExpExecArray): LockEntry | undefined {
  const [, reference = '', platform, digest = '', mediaType = '', platforms, source, resolvedAt] = match
  const entry = {
    reference: plainText(reference),
    ...(platform === undefined ? {} : { platform: parsePlatform(plainText(platform)) }),
    digest: plainText(digest) as Digest,
    mediaType: plainText(mediaType),
    ...(platforms === undefined ? {} : { platforms: platforms.split(', ').map(readPlatform) }),
    ...(source === undefined ? {} : { source: plainText(source) }),
    ...(resolvedAt === undefined ? {} : { resolvedAt: plainText(resolvedAt) }),
  }
  const isGood =
    isCanonical(entry.reference) &&
    digestFault(entry.digest) === undefined &&
    entry.mediaType !== '' &&
    (platform !== undefined ||
      !entry.reference.includes('@') ||
      entry.reference.endsWith(`@${entry.digest}`)) &&
    (entry.resolvedAt === undefined || TIMESTAMP.test(entry.resolvedAt))
  return isGood && isWhole(entry) ? entry : undefined
}

/** Whether every platform could be read. */
function isWhole(entry: {
  readonly platform?: Platform | undefined
  readonly platforms?: readonly (Platform | undefined)[]
}): entry is LockEntry {
  return !('platform' in entry && entry.platform === undefined) && !entry.platforms?.includes(undefined)
}

function readPlatform(text: string): Platform | undefined {
  return parsePlatform(plainText(text))
}

/** What stands in quotes is taken for a JSON text; if it is none, the comparison with the file will tell. */
function plainText(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1) : text
}

function isCanonical(reference: string): boolean {
  try {
    return canonicalText(parseReference(reference)) === reference
  } catch (error) {
    if (error instanceof PinpullError) return false
    throw error
  }
}
