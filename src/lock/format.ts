import { quoteYaml } from '../diagnostics/printable.ts'
import { formatPlatform } from '../oci/platform.ts'
import { compareKeys, ENTRY_KEYS, type EntryKey, entryKey, type LockEntry } from './lock.ts'

/**
 * Formats a lock file: sorted, one line per field, so that a changed digest is one line of a diff, and branches that lock
 * different images merge.
 */
export function formatLock(entries: readonly LockEntry[]): string {
  const sorted = entries.toSorted((a, b) => compareKeys(entryKey(a), entryKey(b)))
  if (sorted.length === 0) return `${LOCK_HEADER}images: []\n`
  return `${LOCK_HEADER}images:\n${sorted.map((entry) => formatEntry(entry, '  ', '\n')).join('')}`
}

/**
 * Formats one entry as an item of a block list.
 *
 * @param indent the white space before its dash
 * @param eol the file's line break
 */
export function formatEntry(entry: LockEntry, indent: string, eol: string): string {
  const lines = ENTRY_KEYS.flatMap((key) => {
    const value = formatField(entry, key)
    return value === undefined ? [] : `${key}: ${value}`
  })
  return lines.map((line, position) => `${indent}${position === 0 ? '- ' : '  '}${line}${eol}`).join('')
}

/** Formats the value of a field; undefined if the entry does not have it. */
export function formatField(entry: LockEntry, key: EntryKey): string | undefined {
  switch (key) {
    case 'platform':
      return entry.platform === undefined ? undefined : formatScalar(formatPlatform(entry.platform))
    case 'platforms':
      return entry.platforms === undefined
        ? undefined
        : `[${entry.platforms.map((one) => formatScalar(formatPlatform(one))).join(', ')}]`
    case 'resolvedAt':
      // Without quotes, some YAML readers parse it as a date.
      return entry.resolvedAt === undefined ? undefined : JSON.stringify(entry.resolvedAt)
    default: {
      const value = entry[key]
      return value === undefined ? undefined : formatScalar(value)
    }
  }
}

export const LOCK_API_VERSION = 'pinpull.dev/v1alpha1'
export const LOCK_KIND = 'Lock'

/**
 * The part before `images`. The annotation tells kpt and kustomize that the file is never applied to a cluster
 * (KRM functions specification, `config.kubernetes.io/local-config`).
 */
export const LOCK_HEADER: string = `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: ${LOCK_API_VERSION}
kind: ${LOCK_KIND}
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
`

/**
 * Text that is a string in YAML 1.1 and 1.2 without quotes, also in a flow sequence: it starts with a letter, and has a
 * character that numbers, booleans and null do not have.
 */
const PLAIN = /^(?=.*[./:@])[A-Za-z][A-Za-z0-9_./@+()-]*(?::[A-Za-z0-9_./@+()-]+)*$/

/** Formats a string, quoted if necessary. */
export function formatScalar(text: string): string {
  return PLAIN.test(text) ? text : quoteYaml(text)
}
