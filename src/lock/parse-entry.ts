import { PinpullError } from '../diagnostics/errors.ts'
import type { Platform } from '../oci/platform.ts'
import { digestFault } from '../reference/digest.ts'
import { canonicalText } from '../reference/normalize.ts'
import { parseReference } from '../reference/parse.ts'
import type { Digest } from '../reference/reference.ts'
import { follow, keyText } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import type { Findings } from './findings.ts'
import type { LockEntry } from './lock.ts'

/** The keys of an entry, in the order in which they are written. */
export const ENTRY_KEYS = [
  'reference',
  'platform',
  'digest',
  'mediaType',
  'platforms',
  'source',
  'resolvedAt',
] as const

export type EntryKey = (typeof ENTRY_KEYS)[number]

const KNOWN_KEYS: ReadonlySet<EntryKey> = new Set(ENTRY_KEYS)

/** An entry with the place in the text that it was read from. */
export interface LocatedEntry {
  readonly entry: LockEntry
  readonly node: Mapping
}

/** The fields of an entry that nothing is wrong with, in the order of the text. */
export function fieldsOf({ node }: LocatedEntry): readonly (readonly [EntryKey, Entry])[] {
  return node.entries.map((entry) => [keyText(entry) as EntryKey, entry])
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/**
 * Reads one item of `images`.
 *
 * @returns undefined where anything in it is wrong, which the findings then hold
 */
export function parseEntry(item: YamlNode, findings: Findings): LocatedEntry | undefined {
  const node = follow(item)
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
function parseCanonical(entry: Entry | undefined, parent: Mapping, findings: Findings): string | undefined {
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

function parseEntryDigest(entry: Entry | undefined, parent: Mapping, findings: Findings): Digest | undefined {
  const text = findings.requiredText(entry, 'digest', parent)
  if (text === undefined || entry === undefined) return undefined
  const fault = digestFault(text)
  if (fault === undefined) return text as Digest
  findings.report(fault, entry.value)
  return undefined
}

function parseOnePlatform(value: YamlNode | undefined, findings: Findings): Platform | undefined {
  if (value === undefined) return undefined
  const node = follow(value)
  const platform = node.kind === 'scalar' ? findings.platform(node.value) : undefined
  if (platform === undefined) findings.report('a platform is no os/architecture[/variant]', value)
  return platform
}

function parsePlatforms(value: YamlNode | undefined, findings: Findings): Platform[] | undefined {
  if (value === undefined) return undefined
  const list = follow(value)
  if (list.kind === 'sequence') return list.items.flatMap((item) => parseOnePlatform(item, findings) ?? [])
  findings.report('"platforms" is no list', value)
  return undefined
}

/** Written with quotes or without: some YAML readers make a date of the bare form, ours makes a text of both. */
function parseTime(entry: Entry | undefined, findings: Findings): string | undefined {
  if (entry === undefined) return undefined
  const node = follow(entry.value)
  if (node.kind === 'scalar' && TIMESTAMP.test(node.value)) return node.value
  findings.report('"resolvedAt" is no time such as 2026-11-20T08:00:00Z', entry.value)
  return undefined
}
