import type { Diagnostic, Location } from '../../../diagnostics/diagnostic.ts'
import type { LockEntry } from '../../../lock/lock.ts'
import type { LockFile } from '../../../lock/lock-file.ts'
import { missingDigestDiagnostic, untaggedDigestDiagnostic } from '../../../plan/digest-check.ts'
import { isNotFoundError, type ResolveResult, resolveToResult } from '../../../plan/resolve-result.ts'
import type { Resolver } from '../../../plan/resolver.ts'
import { parseReference } from '../../../reference/parse.ts'
import { effectiveTag, type Reference, repositoryName } from '../../../reference/reference.ts'
import { waitingDiagnostics } from '../../../resolve/lock-decisions.ts'
import { positionAt } from '../../../yaml/position.ts'

/** What a registry says now about an entry of the lock file. */
interface CheckedEntry {
  readonly entry: LockEntry
  readonly pinned: Reference
  readonly digest: ResolveResult
  /** Absent if the entry has a digest and no tag. */
  readonly tag: ResolveResult | undefined
}

/** How long candidates wait. */
export interface CandidateClock {
  /** Milliseconds since 1970. */
  readonly now: number
  /** In milliseconds. */
  readonly minAgeOf: (image: Reference) => number
}

/** Lists the candidates in a lock file, and until when each waits. */
export function waitingEntries(file: LockFile, clock: CandidateClock): Diagnostic[] {
  const placeOf = entryPlaces(file)
  return file.lock.entries.flatMap((entry) =>
    waitingDiagnostics(entry, untilOf(entry, clock), placeOf(entry)),
  )
}

function untilOf({ reference, candidate }: LockEntry, { now, minAgeOf }: CandidateClock): number {
  const seen = Math.min(Date.parse(candidate?.seenAt ?? ''), now)
  return seen + minAgeOf(parseReference(reference))
}

/**
 * Checks for every entry of a lock file whether its digest still exists, and whether its tag still resolves to it.
 *
 * @param source resolves a tag to its current digest
 */
export async function lockedDigestDiagnostics(
  file: LockFile,
  source: Resolver,
  clock: CandidateClock,
  signal: AbortSignal,
): Promise<Diagnostic[]> {
  const checked = await Promise.all(file.lock.entries.map((entry) => checkEntry(entry, source, signal)))
  const tagged = new Set(
    checked.flatMap(({ pinned, tag }) =>
      tag?.kind === 'resolved' ? [`${repositoryName(pinned)}@${tag.resolution.descriptor.digest}`] : [],
    ),
  )
  const placeOf = entryPlaces(file)
  return checked.flatMap((one) => entryDiagnostics(one, tagged, file, clock, placeOf(one.entry)))
}

/** @returns a function that gives the place of an entry in the lock file */
export function entryPlaces({ source, parsed }: LockFile): (entry: LockEntry) => Location {
  const starts = new Map(parsed?.located.map(({ entry, node }) => [entry, node.start]))
  return (entry) => {
    const start = starts.get(entry)
    if (source === undefined || start === undefined) return {}
    return { file: source.file, ...positionAt(source, start) }
  }
}

async function checkEntry(entry: LockEntry, source: Resolver, signal: AbortSignal): Promise<CheckedEntry> {
  const reference = parseReference(entry.reference)
  const pinned = { ...reference, digest: entry.digest }
  // The digest is of a manifest that fits the platform: that was checked when it was locked.
  const { platform } = entry
  const [digest, tag] = await Promise.all([
    resolveToResult(pinned, source, { signal }),
    reference.digest === undefined ? resolveToResult(reference, source, { signal, platform }) : undefined,
  ])
  return { entry, pinned, digest, tag }
}

function entryDiagnostics(
  { entry, pinned, digest, tag }: CheckedEntry,
  tagged: ReadonlySet<string>,
  { name }: LockFile,
  clock: CandidateClock,
  at: Location,
): Diagnostic[] {
  const { reference: image, candidate } = entry
  const diagnostics: Diagnostic[] = []
  const now = tag?.kind === 'resolved' ? tag.resolution : undefined
  const failure = tag?.kind === 'failed' ? tag.error : undefined
  const isMoved = now !== undefined && now.descriptor.digest !== entry.digest
  const until = untilOf(entry, clock)
  if (isMoved && now.descriptor.digest === candidate?.digest && until > clock.now) {
    diagnostics.push(...waitingDiagnostics(entry, until, at))
  } else if (isMoved) {
    const args = { image, locked: entry.digest, now: now.descriptor.digest, from: now.origin.from }
    diagnostics.push({ code: 'LOCK_MOVED', severity: 'error', args, at })
  }
  if (digest.kind === 'failed') {
    const { code, args } = digest.error
    // Then the tag does not exist either, which needs no diagnostic of its own.
    if (isNotFoundError(digest.error)) {
      return [
        ...diagnostics,
        missingDigestDiagnostic(digest.error, image, pinned, { from: name, line: at.line }, at),
      ]
    }
    // A layout holds current digests only, so it is compared by tag.
    const isUnexplained = failure === undefined && code !== 'LAYOUT_IMAGE_MISSING'
    if (isUnexplained) diagnostics.push({ code, severity: 'error', args: { ...args, image }, at })
  }
  if (failure !== undefined) {
    diagnostics.push({ code: failure.code, severity: 'error', args: failure.args, at })
  }
  const isUntagged = isMoved || (failure !== undefined && isNotFoundError(failure))
  const isThere = digest.kind === 'resolved' && digest.resolution.origin.kind !== 'layout'
  if (isThere && isUntagged && !tagged.has(`${repositoryName(pinned)}@${entry.digest}`)) {
    const tagNow = { tag: effectiveTag(parseReference(image)) ?? '', digest: now?.descriptor.digest }
    diagnostics.push(untaggedDigestDiagnostic(image, entry.digest, tagNow, at))
  }
  return diagnostics
}
