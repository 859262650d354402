import { basename } from 'node:path'
import { type FileSystem, realFiles } from '../files/file-system.ts'
import { formatPlatform, type Platform, parsePlatform } from '../oci/platform.ts'
import type { Digest } from '../reference/reference.ts'
import { formatScalar, LOCK_HEADER } from './format.ts'
import { createLock, entryKey, type LockEntry } from './lock.ts'
import type { LockFile } from './lock-file.ts'

/**
 * Reads a lock file that stands just as `pinpull lock` writes it, in a tenth of the time that its YAML takes: with a
 * pattern that only what `formatLock` writes can match, so that nothing has to be parsed to be believed.
 *
 * @returns undefined where the file is any other: commented, sorted otherwise, or wrong, for `readLockFile` to say how
 */
export function readFormattedLock(path: string, files: FileSystem = realFiles): LockFile | undefined {
  const text = contentOf(path, files)
  const entries = text === undefined ? undefined : parseFormattedEntries(text)
  if (text === undefined || entries === undefined) return undefined
  const lock = createLock(entries, (entry) => lineOfEntry(entries.indexOf(entry), text))
  return { path, name: basename(path), lock, diagnostics: [] }
}

/** Entries stand in the file as they stand in the list, each with its reference first. */
function lineOfEntry(index: number, text: string): number | undefined {
  const lines = text.split('\n').flatMap((line, at) => (line.startsWith('  - reference: ') ? [at + 1] : []))
  return lines[index]
}

function contentOf(path: string, files: FileSystem): string | undefined {
  try {
    const text = Buffer.from(files.readFileSync(path)).toString('utf8')
    // Among others, what stands there for bytes that are not UTF-8.
    return text.includes('\ufffd') ? undefined : text
  } catch {
    return undefined
  }
}

/** The entries of a lock file's text, where it is just what `formatLock` makes of them. */
export function parseFormattedEntries(text: string): readonly LockEntry[] | undefined {
  const head = `${LOCK_HEADER}images:\n`
  if (!text.startsWith(head) || text.length === head.length) return undefined
  const entry = entryPattern()
  const values = valuesOfFile()
  const entries: LockEntry[] = []
  let last = ''
  entry.lastIndex = head.length
  while (entry.lastIndex < text.length) {
    const match = entry.exec(text)
    const read = match === null ? undefined : readEntry(match, values)
    if (read === undefined) return undefined
    const key = entryKey(read)
    if (key <= last) return undefined
    last = key
    entries.push(read)
  }
  return entries
}

/**
 * An entry as `formatEntry` writes it: its keys in their order, a line each. References are the canonical ones of
 * `canonicalText`, but for those that hardly anybody has: an IPv6 address, upper case in a host name, blake3. The rest is looked
 * at by `readEntry`.
 */
function entryPattern(): RegExp {
  const label = '[a-z0-9]+(?:-+[a-z0-9]+)*'
  const host = `(?:(?:${label}\\.)+${label}|localhost)(?::[0-9]+)?`
  const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
  const digest = 'sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}'
  // What is on Docker Hub has one name of several: `docker.io/library/nginx`.
  const written = '(?!index\\.docker\\.io/|docker\\.io/[^/\\n]*\\n)'
  const reference = `${written}${host}/${component}(?:/${component})*(?::\\w[\\w.-]{0,127}|@(?:${digest}))`
  return new RegExp(
    ` {2}- reference: ("?)(${reference})\\1\\n` +
      '(?: {4}platform: (.+)\\n)?' +
      ` {4}digest: (${digest})\\n` +
      ' {4}mediaType: (.+)\\n' +
      '(?: {4}platforms: \\[(.+)\\]\\n)?' +
      '(?: {4}source: (.+)\\n)?' +
      '(?: {4}resolvedAt: "(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z)"\\n)?',
    'y',
  )
}

/** As many characters as a path may have (`reference/grammar.ts`), so that none has too many. */
const MAX_REFERENCE_LENGTH = 255

/** The rules are those of `parseEntry`; here they need no words. */
function readEntry(match: RegExpExecArray, values: Values): LockEntry | undefined {
  const [, quote, reference = '', platform, digest = '', mediaType = '', platforms, source, resolvedAt] =
    match
  const entry = {
    reference,
    ...(platform === undefined ? {} : { platform: values.platform(platform) }),
    digest: digest as Digest,
    mediaType: values.text(mediaType),
    ...(platforms === undefined ? {} : { platforms: values.platforms(platforms) }),
    ...(source === undefined ? {} : { source: values.text(source) }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
  }
  const isWritten =
    reference.length <= MAX_REFERENCE_LENGTH &&
    // A canonical reference is quoted where it begins with a digit, and else never.
    (quote === '"') === reference.charCodeAt(0) < 0x61 &&
    (platform !== undefined || !reference.includes('@') || reference.endsWith(`@${digest}`))
  return isWritten && isWhole(entry) ? entry : undefined
}

/** Whether every value could be read. */
function isWhole(entry: { readonly [key in keyof LockEntry]?: unknown }): entry is LockEntry {
  return !Object.values(entry).includes(undefined)
}

/** Reads values as they stand in the file; undefined for one that `formatField` would write otherwise. */
interface Values {
  readonly text: (written: string) => string | undefined
  readonly platform: (written: string) => Platform | undefined
  readonly platforms: (written: string) => readonly Platform[] | undefined
}

/** A thousand entries share a few values, each of which is read once. */
function valuesOfFile(): Values {
  const platform = onceEach(readPlatform)
  return {
    text: onceEach(readText),
    platform,
    platforms: onceEach((list) => {
      const read = list.split(', ').map(platform)
      return read.includes(undefined) ? undefined : (read as Platform[])
    }),
  }
}

function onceEach<T>(read: (written: string) => T): (written: string) => T {
  const known = new Map<string, T>()
  return (written) => {
    const value = known.get(written) ?? read(written)
    known.set(written, value)
    return value
  }
}

function readText(written: string): string | undefined {
  const text = written.startsWith('"') ? written.slice(1, -1) : written
  return text !== '' && formatScalar(text) === written ? text : undefined
}

function readPlatform(written: string): Platform | undefined {
  const text = readText(written)
  const platform = text === undefined ? undefined : parsePlatform(text)
  return platform !== undefined && formatPlatform(platform) === text ? platform : undefined
}
