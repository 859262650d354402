import { formatPlatform } from '../oci/platform.ts'
import { LOCK_HEAD } from './head.ts'
import { compareKeys, entryKey, type LockEntry } from './lock.ts'
import { ENTRY_KEYS, type EntryKey } from './parse-entry.ts'
import { quoted } from './quoting.ts'

/**
 * Formats a whole lock file: sorted, one line a field, so that a changed digest is one changed line of a diff, and
 * two branches that lock different images merge.
 */
export function formatLock(entries: readonly LockEntry[]): string {
  const sorted = entries.toSorted((a, b) => compareKeys(entryKey(a), entryKey(b)))
  if (sorted.length === 0) return `${LOCK_HEAD}images: []\n`
  return `${LOCK_HEAD}images:\n${sorted.map((entry) => formatEntry(entry, '  ', '\n')).join('')}`
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

/** Formats the value of one field; undefined where the entry has none. */
export function formatField(entry: LockEntry, key: EntryKey): string | undefined {
  switch (key) {
    case 'platform':
      return entry.platform === undefined ? undefined : quoted(formatPlatform(entry.platform))
    case 'platforms':
      return entry.platforms === undefined
        ? undefined
        : `[${entry.platforms.map((one) => quoted(formatPlatform(one))).join(', ')}]`
    case 'resolvedAt':
      // Bare, some readers would make a date of it.
      return entry.resolvedAt === undefined ? undefined : JSON.stringify(entry.resolvedAt)
    default: {
      const value = entry[key]
      return value === undefined ? undefined : quoted(value)
    }
  }
}
