import { basename } from 'node:path'
import { type FileSystem, realFiles } from '../files/file-system.ts'
import type { PlatformManifest } from '../oci/manifest.ts'
import { formatPlatform, type Platform, parsePlatform } from '../oci/platform.ts'
import type { Digest } from '../reference/reference.ts'
import { formatScalar, lockHeader } from './format.ts'
import {
  type Candidate,
  createLock,
  entryKey,
  type LockEntry,
  type StoredAttestation,
  type VerifiedSigner,
} from './lock.ts'
import type { LockFile } from './lock-file.ts'
import { LOCK_VERSIONS, neededVersion } from './version.ts'

/**
 * Reads a lock file in the exact format of `formatLock`, ten times as fast as a YAML parser: the pattern matches only what
 * `formatLock` writes.
 *
 * @returns undefined if the file is missing, invalid or formatted in another way; `readLockFile` reads those
 */
export function readFormattedLock(path: string, files: FileSystem = realFiles): LockFile | undefined {
  const text = contentOf(path, files)
  const entries = text === undefined ? undefined : parseFormattedEntries(text)
  if (text === undefined || entries === undefined) return undefined
  const lock = createLock(entries, (entry) => lineOfEntry(entries.indexOf(entry), text))
  return { path, name: basename(path), lock, diagnostics: [] }
}

/** Returns the line of an entry, which begins with its reference. */
function lineOfEntry(index: number, text: string): number | undefined {
  const lines = text.split('\n').flatMap((line, at) => (line.startsWith('  - reference: ') ? [at + 1] : []))
  return lines[index]
}

function contentOf(path: string, files: FileSystem): string | undefined {
  try {
    const text = Buffer.from(files.readFileSync(path)).toString('utf8')
    // The replacement character, which also stands for bytes that are not UTF-8.
    return text.includes('\ufffd') ? undefined : text
  } catch {
    return undefined
  }
}

/** Parses the text of a lock file; undefined if `formatLock` would format it in another way. */
export function parseFormattedEntries(text: string): readonly LockEntry[] | undefined {
  const isOld = text.startsWith(lockHeader(LOCK_VERSIONS[0]))
  const head = `${lockHeader(LOCK_VERSIONS[isOld ? 0 : 1])}images:\n`
  if (!text.startsWith(head) || text.length === head.length) return undefined
  const entry = entryPattern()
  const values = valueReader()
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
  return isOld && neededVersion(entries) !== LOCK_VERSIONS[0] ? undefined : entries
}

/**
 * Matches an entry as `formatEntry` writes it: the keys in order, one per line. References are canonical; rare ones are
 * not matched: IPv6 addresses, upper case in a host name, blake3. `readEntry` checks the values.
 */
function entryPattern(): RegExp {
  const label = '[a-z0-9]+(?:-+[a-z0-9]+)*'
  const host = `(?:(?:${label}\\.)+${label}|localhost)(?::[0-9]+)?`
  const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
  const digest = 'sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}'
  const time = '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z'
  // Docker Hub only in its canonical form, `docker.io/library/nginx`.
  const excluded = '(?!index\\.docker\\.io/|docker\\.io/[^/\\n]*\\n)'
  const reference = `${excluded}${host}/${component}(?:/${component})*(?::\\w[\\w.-]{0,127}|@(?:${digest}))`
  return new RegExp(
    ` {2}- reference: ("?)(${reference})\\1\\n` +
      '(?: {4}platform: (.+)\\n)?' +
      ` {4}digest: (${digest})\\n` +
      ' {4}mediaType: (.+)\\n' +
      `(?: {4}platforms:(?: \\[(.+)\\]|((?:\\n {6}- (?:[^{\\n]+|\\{platform: .+, digest: (?:${digest})\\}))+))\\n)?` +
      '(?: {4}source: (.+)\\n)?' +
      `(?: {4}resolvedAt: "(${time})"\\n)?` +
      '(?: {4}forced: (true)\\n)?' +
      '(?: {4}verified:\\n((?: {6}.+\\n)+))?' +
      `(?: {4}candidate: \\{digest: (${digest}), seenAt: "(${time})"(?:, changes: ([1-9]\\d{0,5}))?\\}\\n)?`,
    'y',
  )
}

/** The maximum length of a path (`reference/grammar.ts`), which makes longer paths impossible. */
const MAX_REFERENCE_LENGTH = 255

/** Checks the same rules as `parseEntry`, without messages. */
function readEntry(match: RegExpExecArray, values: Values): LockEntry | undefined {
  const [, quote, reference = '', platform, digest = '', mediaType = '', platforms, ...rest] = match
  const [manifests, source, resolvedAt, forced, verified, candidate, seenAt = '', changes] = rest
  const entry = {
    reference,
    ...(platform === undefined ? {} : { platform: values.platform(platform) }),
    digest: digest as Digest,
    mediaType: values.text(mediaType),
    ...(platforms === undefined ? {} : { platforms: values.platforms(platforms) }),
    ...(manifests === undefined ? {} : { platforms: values.manifests(manifests) }),
    ...(source === undefined ? {} : { source: values.text(source) }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...(forced === undefined ? {} : { forced: true as const }),
    ...(verified === undefined ? {} : { verified: readVerified(verified, values) }),
    ...(candidate === undefined ? {} : { candidate: candidateOf(candidate, seenAt, changes) }),
  }
  const isCanonical =
    reference.length <= MAX_REFERENCE_LENGTH &&
    // A canonical reference is quoted only if it begins with a digit.
    (quote === '"') === reference.charCodeAt(0) < 0x61 &&
    (platform !== undefined || !reference.includes('@') || reference.endsWith(`@${digest}`))
  return isCanonical && isComplete(entry) ? entry : undefined
}

function candidateOf(digest: string, seenAt: string, changes: string | undefined): Candidate {
  return {
    digest: digest as Digest,
    seenAt,
    ...(changes === undefined ? {} : { changes: Number(changes) }),
  }
}

const OBJECT = 'sha256:[0-9a-f]{64}'
const VERIFIED = new RegExp(
  '^ {6}by: (key|identity)\\n {6}signer: (.+)\\n(?: {6}issuer: (.+)\\n)?(?: {6}at: "(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z)"\\n)?' +
    `(?: {6}bundle: (${OBJECT})\\n)?(?: {6}attestations:\\n((?: {8}- \\{type: .+, bundle: ${OBJECT}\\}\\n)+))?$`,
)

/** Reads what `formatVerified` writes, by the rules of `parseVerified`. */
function readVerified(text: string, values: Values): VerifiedSigner | undefined {
  const [, by, signer = '', issuer, at, bundle, list] = VERIFIED.exec(text) ?? []
  const attestations = list
    ?.trimEnd()
    .split('\n')
    .map((line) => readAttestation(line, values))
  const verified: { readonly [key in keyof VerifiedSigner]?: unknown } = {
    by,
    signer: values.text(signer),
    ...(issuer === undefined ? {} : { issuer: values.text(issuer) }),
    ...(at === undefined ? {} : { at }),
    ...(bundle === undefined ? {} : { bundle }),
    ...(attestations === undefined ? {} : { attestations }),
  }
  const isValid =
    (issuer === undefined) === (by === 'key') &&
    (bundle !== undefined || attestations !== undefined) &&
    attestations?.includes(undefined) !== true &&
    !Object.values(verified).includes(undefined)
  return isValid ? (verified as VerifiedSigner) : undefined
}

function readAttestation(line: string, values: Values): StoredAttestation | undefined {
  const [, name = '', bundle] = /^ {8}- \{type: (.+), bundle: (.+)\}$/.exec(line) ?? []
  const type = values.text(name)
  return type === undefined ? undefined : { type, bundle: bundle as Digest }
}

/** Whether all values are valid. */
function isComplete(entry: { readonly [key in keyof LockEntry]?: unknown }): entry is LockEntry {
  return !Object.values(entry).includes(undefined)
}

/** Parses values of the file; undefined for one that `formatField` would format in another way. */
interface Values {
  readonly text: (text: string) => string | undefined
  readonly platform: (text: string) => Platform | undefined
  readonly platforms: (text: string) => readonly Platform[] | undefined
  /** Reads a list below its key. */
  readonly manifests: (text: string) => readonly PlatformManifest[] | undefined
}

/** Parses each distinct value once, since entries share most values. */
function valueReader(): Values {
  const platform = memoized(readPlatform)
  return {
    text: memoized(readText),
    platform,
    platforms: memoized((list) => {
      const read = list.split(', ').map(platform)
      return read.includes(undefined) ? undefined : (read as Platform[])
    }),
    manifests: (list) => {
      const read = list
        .split('\n      - ')
        .slice(1)
        .map((item) => readManifest(item, platform))
      const isNew = read.some((one) => one?.digest !== undefined)
      return read.includes(undefined) || !isNew ? undefined : (read as PlatformManifest[])
    },
  }
}

function readManifest(
  item: string,
  readOne: (text: string) => Platform | undefined,
): PlatformManifest | undefined {
  const [, name, digest] = /^\{platform: (.+), digest: ([a-z0-9:]+)\}$/.exec(item) ?? []
  const platform = readOne(name ?? item)
  if (platform === undefined || digest === undefined) return platform
  return { ...platform, digest: digest as Digest }
}

function memoized<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const value = known.get(text) ?? read(text)
    known.set(text, value)
    return value
  }
}

function readText(source: string): string | undefined {
  const text = source.startsWith('"') ? source.slice(1, -1) : source
  return text !== '' && formatScalar(text) === source ? text : undefined
}

function readPlatform(source: string): Platform | undefined {
  const text = readText(source)
  const platform = text === undefined ? undefined : parsePlatform(text)
  return platform !== undefined && formatPlatform(platform) === text ? platform : undefined
}
