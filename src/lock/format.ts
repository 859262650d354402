import { quoteYaml } from '../diagnostics/printable.ts'
import type { PlatformManifest } from '../oci/manifest.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import {
  type Candidate,
  compareKeys,
  ENTRY_KEYS,
  type EntryKey,
  entryKey,
  type LockEntry,
  type StoredAttestation,
  type VerifiedSigner,
} from './lock.ts'
import { type LockVersion, neededVersion } from './version.ts'

/**
 * Formats a lock file: sorted, one line per field, so that a changed digest is one line of a diff, and branches that lock
 * different images merge.
 */
export function formatLock(
  entries: readonly LockEntry[],
  version: LockVersion = neededVersion(entries),
): string {
  const sorted = entries.toSorted((a, b) => compareKeys(entryKey(a), entryKey(b)))
  const header = lockHeader(version)
  if (sorted.length === 0) return `${header}images: []\n`
  return `${header}images:\n${sorted.map((entry) => formatEntry(entry, '  ', '\n')).join('')}`
}

/**
 * Formats one entry as an item of a block list.
 *
 * @param indent the white space before its dash
 * @param eol the file's line break
 */
export function formatEntry(entry: LockEntry, indent: string, eol: string): string {
  const lines = ENTRY_KEYS.flatMap((key) => {
    const value = formatField(entry, key, indent, eol)
    return value === undefined ? [] : `${key}:${value}`
  })
  return lines.map((line, position) => `${indent}${position === 0 ? '- ' : '  '}${line}${eol}`).join('')
}

/**
 * Formats what follows the colon of a field: its value after a space, or what is below it, one platform or word about the signer
 * a line, so that a change of one is one line of a diff.
 *
 * @param indent the white space before the entry's dash
 * @param eol the file's line break
 * @returns undefined if the entry does not have the field
 */
export function formatField(entry: LockEntry, key: EntryKey, indent = '', eol = '\n'): string | undefined {
  const value = entry[key]
  if (value === undefined) return undefined
  switch (key) {
    case 'platform':
      return ` ${formatScalar(formatPlatform(value as Platform))}`
    case 'platforms':
      return formatPlatforms(value as readonly PlatformManifest[], `${eol}${indent}    - `)
    case 'resolvedAt':
      return ` ${quoteTime(value as string)}`
    case 'forced':
      return ' true'
    case 'verified':
      return formatVerified(value as VerifiedSigner, `${eol}${indent}    `)
    case 'candidate':
      return ` ${formatCandidate(value as Candidate)}`
    default:
      return ` ${formatScalar(value as string)}`
  }
}

/** Platforms without digests are in brackets, as all of them were before `v1alpha2`. */
function formatPlatforms(platforms: readonly PlatformManifest[], bullet: string): string {
  const names = platforms.map((one) => formatScalar(formatPlatform(one)))
  if (!platforms.some(({ digest }) => digest !== undefined)) return ` [${names.join(', ')}]`
  return platforms
    .map(({ digest }, index) => {
      const name = names[index] as string
      return `${bullet}${digest === undefined ? name : `{platform: ${name}, digest: ${digest}}`}`
    })
    .join('')
}

/** @param start the line break and the white space before each key */
function formatVerified(
  { by, signer, issuer, at, bundle, index, attestations = [] }: VerifiedSigner,
  start: string,
): string {
  const lines = [
    `by: ${by}`,
    `signer: ${formatScalar(signer)}`,
    ...(issuer === undefined ? [] : [`issuer: ${formatScalar(issuer)}`]),
    ...(at === undefined ? [] : [`at: ${quoteTime(at)}`]),
    ...(bundle === undefined ? [] : [`bundle: ${bundle}`]),
    ...(index === undefined ? [] : [`index: ${index}`]),
    ...(attestations.length === 0 ? [] : ['attestations:']),
    ...attestations.map((one) => `  - ${formatAttestation(one)}`),
  ]
  return lines.map((line) => `${start}${line}`).join('')
}

function formatAttestation({ type, bundle, signedBy }: StoredAttestation): string {
  const { by, signer, issuer } = signedBy ?? {}
  const fields = [
    `type: ${formatScalar(type)}`,
    `bundle: ${bundle}`,
    ...(by === undefined ? [] : [`by: ${by}`]),
    ...(signer === undefined ? [] : [`signer: ${formatScalar(signer)}`]),
    ...(issuer === undefined ? [] : [`issuer: ${formatScalar(issuer)}`]),
  ]
  return `{${fields.join(', ')}}`
}

function formatCandidate({ digest, seenAt, changes }: Candidate): string {
  return `{digest: ${digest}, seenAt: ${quoteTime(seenAt)}${changes === undefined ? '' : `, changes: ${changes}`}}`
}

/** Formats a time as the lock file has it: RFC 3339, UTC, whole seconds. */
export function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

/** In quotes, since some YAML readers parse it as a date without. */
function quoteTime(time: string): string {
  return JSON.stringify(time)
}

export const LOCK_KIND = 'Lock'

/**
 * Returns the part before `images`. The annotation tells kpt and kustomize that the file is never applied to a cluster
 * (KRM functions specification, `config.kubernetes.io/local-config`).
 */
export function lockHeader(version: LockVersion): string {
  return `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: ${version}
kind: ${LOCK_KIND}
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
`
}

/**
 * Text that is a string in YAML 1.1 and 1.2 without quotes, also in a flow sequence: it starts with a letter, and has a
 * character that numbers, booleans and null do not have.
 */
const PLAIN = /^(?=.*[./:@])[A-Za-z][A-Za-z0-9_./@+()-]*(?::[A-Za-z0-9_./@+()-]+)*$/

/** Formats a string, quoted if necessary. */
export function formatScalar(text: string): string {
  return PLAIN.test(text) ? text : quoteYaml(text)
}
