import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { readDocuments } from '../yaml/documents.ts'
import { follow, keyText } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { Findings } from './findings.ts'
import { LOCK_API_VERSION, LOCK_KIND } from './head.ts'
import { entryKey } from './lock.ts'
import { type LocatedEntry, parseEntry } from './parse-entry.ts'

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
  const findings = new Findings(source)
  const root = readRoot(source, findings)
  const parsed = root === undefined ? { located: [] } : parseRoot(root, findings)
  return { ...parsed, diagnostics: findings.sorted() }
}

/** The one mapping of the one document. */
function readRoot(source: Source, findings: Findings): Mapping | undefined {
  const marker = CONFLICT.exec(source.text)
  if (marker !== null) {
    findings.add('LOCK_CONFLICT', { marker: marker[0].trimEnd() }, findings.place(marker.index))
    return undefined
  }
  const { documents, diagnostics } = readDocuments(source)
  for (const { args, at } of diagnostics) {
    findings.add(
      'LOCK_INVALID',
      { reason: `it is no valid YAML: ${args['reason']}` },
      at ?? findings.place(0),
    )
  }
  if (diagnostics.length > 0) return undefined
  const [first, second] = documents.flatMap(({ contents }) => contents ?? [])
  if (first === undefined) findings.add('LOCK_INVALID', { reason: 'it is empty' }, findings.place(0))
  if (second !== undefined) findings.report('it holds a second document', second)
  if (first === undefined || second !== undefined) return undefined
  const root = follow(first)
  if (root.kind === 'mapping') return root
  findings.report('it is no mapping', first)
  return undefined
}

function parseRoot(root: Mapping, findings: Findings): Omit<ParsedLock, 'diagnostics'> {
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
function checkVersion(apiVersion: string | undefined, node: YamlNode, findings: Findings): boolean {
  if (apiVersion === undefined || apiVersion === LOCK_API_VERSION) return true
  if (apiVersion.startsWith('pinpull.dev/')) {
    findings.add('LOCK_NEWER', { apiVersion, known: LOCK_API_VERSION }, findings.place(node.start))
  } else {
    findings.report(`its apiVersion is "${apiVersion}", not ${LOCK_API_VERSION}`, node)
  }
  return false
}

function parseImages(node: YamlNode, findings: Findings): LocatedEntry[] {
  const list = follow(node)
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
    else findings.report(`${key} is in it twice, first on line ${findings.line(first)}`, at)
  }
  return located
}
