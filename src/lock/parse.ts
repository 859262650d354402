import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { parseReference } from '../reference/parse.ts'
import { canonicalText } from '../reference/reference.ts'
import { readDocuments } from '../yaml/documents.ts'
import { keyText, resolveAlias } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import {
  parseCandidate,
  parseEntryDigest,
  parseForced,
  parseOnePlatform,
  parsePlatforms,
  parseTime,
} from './entry-values.ts'
import { LOCK_KIND } from './format.ts'
import { ENTRY_KEYS, type EntryKey, entryKey, type LockEntry } from './lock.ts'
import { LockDiagnostics } from './lock-diagnostics.ts'
import { parseVerified } from './verified-values.ts'
import { isNewer, LOCK_VERSIONS, type LockVersion, laterVersion, neededVersion } from './version.ts'

const ROOT_KEYS: ReadonlySet<'apiVersion' | 'kind' | 'metadata' | 'images'> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'images',
])

export interface ParsedLock {
  readonly located: readonly LocatedEntry[]
  /** The mapping entry `images`; absent only if there are diagnostics. */
  readonly images?: Entry
  /** The mapping entry `apiVersion`, and its value; absent only if there are diagnostics. */
  readonly apiVersion?: Entry
  readonly version?: LockVersion
  /** If there is any, nothing else of the result may be used. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Git's conflict markers. No line of a lock file begins like this. */
const CONFLICT = /^(?:<{7}|>{7}|\|{7}|={7})(?: .*)?\r?$/m

/**
 * Parses a lock file. Order and layout do not matter. Everything else is strict, since a wrong lock pins the wrong image:
 * unknown keys, references that are not canonical, invalid digests and repeated references are errors.
 *
 * @param source the text, with the file name for diagnostics
 * @returns the entries, and all diagnostics by position
 */
export function parseLock(source: Source): ParsedLock {
  const collector = new LockDiagnostics(source)
  const root = readRoot(source, collector)
  const parsed = root === undefined ? { located: [] } : parseRoot(root, collector)
  return { ...parsed, diagnostics: collector.sorted() }
}

/** Returns the root mapping of the only document. */
function readRoot(source: Source, collector: LockDiagnostics): Mapping | undefined {
  const marker = CONFLICT.exec(source.text)
  if (marker !== null) {
    collector.add('LOCK_CONFLICT', { marker: marker[0].trimEnd() }, collector.locationAt(marker.index))
    return undefined
  }
  const { documents, diagnostics } = readDocuments(source)
  for (const { args, at } of diagnostics) {
    collector.add(
      'LOCK_INVALID',
      { reason: `it is not valid YAML: ${args['reason']}` },
      at ?? collector.locationAt(0),
    )
  }
  if (diagnostics.length > 0) return undefined
  const [first, second] = documents.flatMap(({ contents }) => contents ?? [])
  if (first === undefined) collector.add('LOCK_INVALID', { reason: 'it is empty' }, collector.locationAt(0))
  if (second !== undefined) collector.report('it contains a second document', second)
  if (first === undefined || second !== undefined) return undefined
  const root = resolveAlias(first)
  if (root.kind === 'mapping') return root
  collector.report('it is not a mapping', first)
  return undefined
}

function parseRoot(root: Mapping, collector: LockDiagnostics): Omit<ParsedLock, 'diagnostics'> {
  const apiVersion = root.entries.find((entry) => keyText(entry) === 'apiVersion')
  const text = collector.requiredText(apiVersion, 'apiVersion', root)
  const version = text === undefined ? undefined : knownVersion(text, apiVersion?.value ?? root, collector)
  // The keys of a version that is not known are not checked.
  if (text !== undefined && version === undefined) return { located: [] }
  const fields = collector.fields(root, ROOT_KEYS, 'the file')
  const kind = collector.requiredText(fields.kind, 'kind', root)
  if (kind !== undefined && kind !== LOCK_KIND) {
    collector.report(`its kind is "${kind}", not ${LOCK_KIND}`, fields.kind?.value ?? root)
  }
  const images = fields.images
  if (images === undefined) {
    collector.report('the key "images" is missing', root)
    return { located: [] }
  }
  const located = parseImages(images.value, collector)
  if (version !== undefined) {
    for (const { entry, node } of located) {
      const needed = neededVersion([entry])
      if (laterVersion(needed, version) !== version)
        collector.report(`an entry has keys of ${needed}, but the file says ${version}`, node)
    }
  }
  return { located, images, ...(apiVersion && { apiVersion }), ...(version && { version }) }
}

/** Returns the version if this Pinpull reads it; reports any other. */
function knownVersion(
  apiVersion: string,
  node: YamlNode,
  collector: LockDiagnostics,
): LockVersion | undefined {
  const version = LOCK_VERSIONS.find((one) => one === apiVersion)
  if (version !== undefined) return version
  const newest = LOCK_VERSIONS.at(-1) as string
  if (isNewer(apiVersion, newest)) {
    collector.add('LOCK_NEWER', { apiVersion, known: newest }, collector.locationAt(node.start))
  } else {
    collector.report(`its apiVersion is "${apiVersion}", not ${LOCK_VERSIONS.join(' or ')}`, node)
  }
  return undefined
}

function parseImages(node: YamlNode, collector: LockDiagnostics): LocatedEntry[] {
  const list = resolveAlias(node)
  if (list.kind !== 'sequence') {
    collector.report('"images" is not a list', node)
    return []
  }
  const located = list.items.flatMap((item) => parseEntry(item, collector) ?? [])
  const seen = new Map<string, number>()
  for (const { entry, node: at } of located) {
    const key = entryKey(entry)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, at.start)
    else collector.report(`${key} appears twice, first on line ${collector.lineAt(first)}`, at)
  }
  return located
}

const KNOWN_KEYS: ReadonlySet<EntryKey> = new Set(ENTRY_KEYS)

/** An entry and its node. */
export interface LocatedEntry {
  readonly entry: LockEntry
  readonly node: Mapping
}

/** Returns the fields of a valid entry, in the order of the text. */
export function entryFields({ node }: LocatedEntry): readonly (readonly [EntryKey, Entry])[] {
  return node.entries.map((entry) => [keyText(entry) as EntryKey, entry])
}

/**
 * Parses an item of `images`.
 *
 * @returns undefined if it has errors, which are reported
 */
export function parseEntry(item: YamlNode, collector: LockDiagnostics): LocatedEntry | undefined {
  const node = resolveAlias(item)
  if (node.kind !== 'mapping') {
    collector.report('an entry of "images" is not a mapping', item)
    return undefined
  }
  const before = collector.count
  const fields = collector.fields(node, KNOWN_KEYS, 'an entry')
  const reference = parseCanonical(fields.reference, node, collector)
  const digest = parseEntryDigest(fields.digest, node, collector)
  const mediaType = collector.requiredText(fields.mediaType, 'mediaType', node)
  const platform = parseOnePlatform(fields.platform?.value, collector)
  const platforms = parsePlatforms(fields.platforms?.value, collector)
  const source = collector.text(fields.source, 'source')
  const resolvedAt = parseTime(fields.resolvedAt, 'resolvedAt', collector)
  const isForced = parseForced(fields.forced, collector)
  const verified = parseVerified(fields.verified, collector)
  const candidate = parseCandidate(fields.candidate, collector)
  if (reference === undefined || digest === undefined || mediaType === undefined) return undefined
  if (platform === undefined && reference.includes('@') && !reference.endsWith(`@${digest}`)) {
    collector.report(`the digest of ${reference} is given as ${digest}`, fields.digest?.value ?? node)
  }
  if (collector.count > before) return undefined
  const entry: LockEntry = {
    reference,
    ...(platform === undefined ? {} : { platform }),
    digest,
    mediaType,
    ...(platforms === undefined ? {} : { platforms }),
    ...(source === undefined ? {} : { source }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...(isForced ? { forced: true } : {}),
    ...(verified === undefined ? {} : { verified }),
    ...(candidate === undefined ? {} : { candidate }),
  }
  return { entry, node }
}

/** Parses a reference, which must be canonical, so that an image has one entry however manifests spell it. */
function parseCanonical(
  entry: Entry | undefined,
  parent: Mapping,
  collector: LockDiagnostics,
): string | undefined {
  const text = collector.requiredText(entry, 'reference', parent)
  if (text === undefined || entry === undefined) return undefined
  const canonical = canonicalOf(text)
  if (canonical === text) return text
  const instead =
    canonical === undefined ? 'is not an image reference' : `must be written out as ${canonical}`
  collector.report(`"${text}" ${instead}`, entry.value)
  return undefined
}

function canonicalOf(text: string): string | undefined {
  try {
    return canonicalText(parseReference(text))
  } catch (error) {
    if (error instanceof PinpullError) return undefined
    throw error
  }
}
