import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Platform } from '../oci/platform.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import { parseReference } from '../reference/parse.ts'
import { canonicalText, type Digest } from '../reference/reference.ts'
import { readDocuments } from '../yaml/documents.ts'
import { keyText, resolveAlias } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { LOCK_API_VERSION, LOCK_KIND } from './format.ts'
import { ENTRY_KEYS, type EntryKey, entryKey, type LockEntry } from './lock.ts'
import { LockDiagnostics } from './lock-diagnostics.ts'

const ROOT_KEYS: ReadonlySet<'apiVersion' | 'kind' | 'metadata' | 'images'> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'images',
])

export interface ParsedLock {
  readonly located: readonly LocatedEntry[]
  /** The entry of the key `images`; absent only where there are diagnostics. */
  readonly images?: Entry
  /** What is wrong, with the line. Where anything is, nothing else here may be used. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Git's markers. No line of a lock file begins with seven of one of these. */
const CONFLICT = /^(?:<{7}|>{7}|\|{7}|={7})(?: .*)?\r?$/m

/**
 * Reads a lock file. Any YAML that says the same is accepted, in any order: order and layout matter only to the
 * diff. Everything else is strict, since a lock that is wrong pins the wrong image: unknown keys, references that
 * are not written out in full, digests that cannot be, and two entries for one reference are all refused.
 *
 * @param source with the file's name, which every diagnostic carries
 * @returns the entries, and every problem with its line
 */
export function parseLock(source: Source): ParsedLock {
  const findings = new LockDiagnostics(source)
  const root = readRoot(source, findings)
  const parsed = root === undefined ? { located: [] } : parseRoot(root, findings)
  return { ...parsed, diagnostics: findings.sorted() }
}

/** The one mapping of the one document. */
function readRoot(source: Source, findings: LockDiagnostics): Mapping | undefined {
  const marker = CONFLICT.exec(source.text)
  if (marker !== null) {
    findings.add('LOCK_CONFLICT', { marker: marker[0].trimEnd() }, findings.locationAt(marker.index))
    return undefined
  }
  const { documents, diagnostics } = readDocuments(source)
  for (const { args, at } of diagnostics) {
    findings.add(
      'LOCK_INVALID',
      { reason: `it is no valid YAML: ${args['reason']}` },
      at ?? findings.locationAt(0),
    )
  }
  if (diagnostics.length > 0) return undefined
  const [first, second] = documents.flatMap(({ contents }) => contents ?? [])
  if (first === undefined) findings.add('LOCK_INVALID', { reason: 'it is empty' }, findings.locationAt(0))
  if (second !== undefined) findings.report('it holds a second document', second)
  if (first === undefined || second !== undefined) return undefined
  const root = resolveAlias(first)
  if (root.kind === 'mapping') return root
  findings.report('it is no mapping', first)
  return undefined
}

function parseRoot(root: Mapping, findings: LockDiagnostics): Omit<ParsedLock, 'diagnostics'> {
  const version = root.entries.find((entry) => keyText(entry) === 'apiVersion')
  if (!checkVersion(findings.requiredText(version, 'apiVersion', root), version?.value ?? root, findings)) {
    return { located: [] }
  }
  const fields = findings.fields(root, ROOT_KEYS, 'the file')
  const kind = findings.requiredText(fields.kind, 'kind', root)
  if (kind !== undefined && kind !== LOCK_KIND) {
    findings.report(`its kind is "${kind}", not ${LOCK_KIND}`, fields.kind?.value ?? root)
  }
  const images = fields.images
  if (images === undefined) {
    findings.report('the key "images" is missing', root)
    return { located: [] }
  }
  return { located: parseImages(images.value, findings), images }
}

/** Whether the rest can be read at all: what a newer version means by its keys is not known here. */
function checkVersion(apiVersion: string | undefined, node: YamlNode, findings: LockDiagnostics): boolean {
  if (apiVersion === undefined || apiVersion === LOCK_API_VERSION) return true
  if (apiVersion.startsWith('pinpull.dev/')) {
    findings.add('LOCK_NEWER', { apiVersion, known: LOCK_API_VERSION }, findings.locationAt(node.start))
  } else {
    findings.report(`its apiVersion is "${apiVersion}", not ${LOCK_API_VERSION}`, node)
  }
  return false
}

function parseImages(node: YamlNode, findings: LockDiagnostics): LocatedEntry[] {
  const list = resolveAlias(node)
  if (list.kind !== 'sequence') {
    findings.report('"images" is no list', node)
    return []
  }
  const located = list.items.flatMap((item) => parseEntry(item, findings) ?? [])
  const seen = new Map<string, number>()
  for (const { entry, node: at } of located) {
    const key = entryKey(entry)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, at.start)
    else findings.report(`${key} is in it twice, first on line ${findings.lineAt(first)}`, at)
  }
  return located
}

const KNOWN_KEYS: ReadonlySet<EntryKey> = new Set(ENTRY_KEYS)

/** An entry with the place in the text that it was read from. */
export interface LocatedEntry {
  readonly entry: LockEntry
  readonly node: Mapping
}

/** The fields of an entry that nothing is wrong with, in the order of the text. */
export function entryFields({ node }: LocatedEntry): readonly (readonly [EntryKey, Entry])[] {
  return node.entries.map((entry) => [keyText(entry) as EntryKey, entry])
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/**
 * Reads one item of `images`.
 *
 * @returns undefined where anything in it is wrong, which the findings then hold
 */
export function parseEntry(item: YamlNode, findings: LockDiagnostics): LocatedEntry | undefined {
  const node = resolveAlias(item)
  if (node.kind !== 'mapping') {
    findings.report('an entry of "images" is no mapping', item)
    return undefined
  }
  const before = findings.count
  const fields = findings.fields(node, KNOWN_KEYS, 'an entry')
  const reference = parseCanonical(fields.reference, node, findings)
  const digest = parseEntryDigest(fields.digest, node, findings)
  const mediaType = findings.requiredText(fields.mediaType, 'mediaType', node)
  const platform = parseOnePlatform(fields.platform?.value, findings)
  const platforms = parsePlatforms(fields.platforms?.value, findings)
  const source = findings.text(fields.source, 'source')
  const resolvedAt = parseTime(fields.resolvedAt, findings)
  if (reference === undefined || digest === undefined || mediaType === undefined) return undefined
  if (platform === undefined && reference.includes('@') && !reference.endsWith(`@${digest}`)) {
    findings.report(`the digest of ${reference} is given as ${digest}`, fields.digest?.value ?? node)
  }
  if (findings.count > before) return undefined
  const entry: LockEntry = {
    reference,
    ...(platform === undefined ? {} : { platform }),
    digest,
    mediaType,
    ...(platforms === undefined ? {} : { platforms }),
    ...(source === undefined ? {} : { source }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
  }
  return { entry, node }
}

/** A reference that is written out in full, so that one image has one entry whatever the manifests call it. */
function parseCanonical(
  entry: Entry | undefined,
  parent: Mapping,
  findings: LockDiagnostics,
): string | undefined {
  const text = findings.requiredText(entry, 'reference', parent)
  if (text === undefined || entry === undefined) return undefined
  const canonical = canonicalOf(text)
  if (canonical === text) return text
  const instead = canonical === undefined ? 'is no image reference' : `must be written out as ${canonical}`
  findings.report(`"${text}" ${instead}`, entry.value)
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

function parseEntryDigest(
  entry: Entry | undefined,
  parent: Mapping,
  findings: LockDiagnostics,
): Digest | undefined {
  const text = findings.requiredText(entry, 'digest', parent)
  if (text === undefined || entry === undefined) return undefined
  const fault = invalidDigestReason(text)
  if (fault === undefined) return text as Digest
  findings.report(fault, entry.value)
  return undefined
}

function parseOnePlatform(value: YamlNode | undefined, findings: LockDiagnostics): Platform | undefined {
  if (value === undefined) return undefined
  const node = resolveAlias(value)
  const platform = node.kind === 'scalar' ? findings.parsePlatform(node.value) : undefined
  if (platform === undefined) findings.report('a platform is no os/architecture[/variant]', value)
  return platform
}

function parsePlatforms(value: YamlNode | undefined, findings: LockDiagnostics): Platform[] | undefined {
  if (value === undefined) return undefined
  const list = resolveAlias(value)
  if (list.kind === 'sequence') return list.items.flatMap((item) => parseOnePlatform(item, findings) ?? [])
  findings.report('"platforms" is no list', value)
  return undefined
}

/** Written with quotes or without: some YAML readers make a date of the bare form, ours makes a text of both. */
function parseTime(entry: Entry | undefined, findings: LockDiagnostics): string | undefined {
  if (entry === undefined) return undefined
  const node = resolveAlias(entry.value)
  if (node.kind === 'scalar' && TIMESTAMP.test(node.value)) return node.value
  findings.report('"resolvedAt" is no time such as 2026-11-20T08:00:00Z', entry.value)
  return undefined
}
