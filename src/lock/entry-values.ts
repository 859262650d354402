import type { PlatformManifest } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import { resolveAlias } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import type { Candidate } from './lock.ts'
import type { LockDiagnostics } from './lock-diagnostics.ts'

/** Parses a digest, which has to be there. */
export function parseEntryDigest(
  entry: Entry | undefined,
  parent: Mapping,
  collector: LockDiagnostics,
  key = 'digest',
): Digest | undefined {
  const text = collector.requiredText(entry, key, parent)
  if (text === undefined || entry === undefined) return undefined
  const fault = invalidDigestReason(text)
  if (fault === undefined) return text as Digest
  collector.report(fault, entry.value)
  return undefined
}

/** Parses a platform as `os/architecture[/variant]`. */
export function parseOnePlatform(
  value: YamlNode | undefined,
  collector: LockDiagnostics,
): Platform | undefined {
  if (value === undefined) return undefined
  const node = resolveAlias(value)
  const platform = node.kind === 'scalar' ? collector.parsePlatform(node.value) : undefined
  if (platform === undefined) collector.report('a platform is not os/architecture[/variant]', value)
  return platform
}

/** Parses the platforms of an index. */
export function parsePlatforms(
  value: YamlNode | undefined,
  collector: LockDiagnostics,
): PlatformManifest[] | undefined {
  if (value === undefined) return undefined
  const list = resolveAlias(value)
  if (list.kind === 'sequence') return list.items.flatMap((item) => parsePlatformItem(item, collector) ?? [])
  collector.report('"platforms" is not a list', value)
  return undefined
}

const PLATFORM_KEYS = new Set(['platform', 'digest'] as const)

/** Parses a platform, with or without the digest of its manifest. */
function parsePlatformItem(item: YamlNode, collector: LockDiagnostics): PlatformManifest | undefined {
  const node = resolveAlias(item)
  if (node.kind !== 'mapping') return parseOnePlatform(item, collector)
  const fields = collector.fields(node, PLATFORM_KEYS, 'a platform')
  const digest = parseEntryDigest(fields.digest, node, collector)
  if (fields.platform === undefined) collector.report('the key "platform" is missing', node)
  const platform = parseOnePlatform(fields.platform?.value, collector)
  return platform === undefined || digest === undefined ? undefined : { ...platform, digest }
}

const CANDIDATE_KEYS = new Set(['digest', 'seenAt', 'changes'] as const)

/** Parses the digest that waits. */
export function parseCandidate(entry: Entry | undefined, collector: LockDiagnostics): Candidate | undefined {
  if (entry === undefined) return undefined
  const node = resolveAlias(entry.value)
  if (node.kind !== 'mapping') {
    collector.report('"candidate" is not a mapping', entry.value)
    return undefined
  }
  const fields = collector.fields(node, CANDIDATE_KEYS, 'a candidate')
  const digest = parseEntryDigest(fields.digest, node, collector)
  if (fields.seenAt === undefined) collector.report('the key "seenAt" is missing', node)
  const seenAt = parseTime(fields.seenAt, 'seenAt', collector)
  const changes = parseChanges(fields.changes, collector)
  if (digest === undefined || seenAt === undefined) return undefined
  return { digest, seenAt, ...(changes === undefined ? {} : { changes }) }
}

function parseChanges(entry: Entry | undefined, collector: LockDiagnostics): number | undefined {
  if (entry === undefined) return undefined
  const node = resolveAlias(entry.value)
  if (node.kind === 'scalar' && !node.isString && /^[1-9]\d{0,5}$/.test(node.value)) return Number(node.value)
  collector.report('"changes" is not a number from 1', entry.value)
  return undefined
}

/** `forced` is only written where it is true. */
export function parseForced(entry: Entry | undefined, collector: LockDiagnostics): boolean {
  if (entry === undefined) return false
  const node = resolveAlias(entry.value)
  if (node.kind === 'scalar' && !node.isString && node.value === 'true') return true
  collector.report('"forced" is not true; leave it out if it is false', entry.value)
  return false
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/** Parses a time, quoted or not. */
export function parseTime(
  entry: Entry | undefined,
  key: string,
  collector: LockDiagnostics,
): string | undefined {
  if (entry === undefined) return undefined
  const node = resolveAlias(entry.value)
  if (node.kind === 'scalar' && TIMESTAMP.test(node.value)) return node.value
  collector.report(`"${key}" is not a time such as 2026-11-20T08:00:00Z`, entry.value)
  return undefined
}
