import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import type { LockEntry } from '../../lock/lock.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import { missingDigestDiagnostic, untaggedDigestDiagnostic } from '../../plan/digest-check.ts'
import { isNotFound, type ResolveResult, resolveToResult } from '../../plan/resolve-result.ts'
import type { Resolver } from '../../plan/resolver.ts'
import { parseReference } from '../../reference/parse.ts'
import { effectiveTag, type Reference, repositoryName } from '../../reference/reference.ts'
import { positionAt } from '../../yaml/position.ts'

/** The registry's answers about one entry of the lock file. */
interface Answered {
  readonly entry: LockEntry
  readonly pinned: Reference
  readonly digest: ResolveResult
  /** Absent where the entry is of a digest alone. */
  readonly tag: ResolveResult | undefined
}

/**
 * Checks every entry of a lock file against the registries: whether its digest still exists, and whether its tag still
 * names it.
 *
 * @param source resolves a tag to its current digest
 */
export async function lockedDigestFindings(
  file: LockFile,
  source: Resolver,
  signal: AbortSignal,
): Promise<Diagnostic[]> {
  const answered = await Promise.all(file.lock.entries.map((entry) => ask(entry, source, signal)))
  const named = new Set(
    answered.flatMap(({ pinned, tag }) =>
      tag?.kind === 'resolved' ? [`${repositoryName(pinned)}@${tag.resolution.descriptor.digest}`] : [],
    ),
  )
  const placeOf = placesIn(file)
  return answered.flatMap((one) => findingsOf(one, named, file, placeOf(one.entry)))
}

/** Tells where entries stand in the lock file. */
export function placesIn({ source, parsed }: LockFile): (entry: LockEntry) => Location {
  const starts = new Map(parsed?.located.map(({ entry, node }) => [entry, node.start]))
  return (entry) => {
    const start = starts.get(entry)
    if (source === undefined || start === undefined) return {}
    return { ...(source.file === undefined ? {} : { file: source.file }), ...positionAt(source, start) }
  }
}

async function ask(entry: LockEntry, source: Resolver, signal: AbortSignal): Promise<Answered> {
  const reference = parseReference(entry.reference)
  const pinned = { ...reference, digest: entry.digest }
  // What is there is there for its platform: that has been seen when it was locked.
  const { platform } = entry
  const [digest, tag] = await Promise.all([
    resolveToResult(pinned, source, { signal }),
    reference.digest === undefined
      ? resolveToResult(reference, source, { signal, ...(platform === undefined ? {} : { platform }) })
      : undefined,
  ])
  return { entry, pinned, digest, tag }
}

function findingsOf(
  { entry, pinned, digest, tag }: Answered,
  named: ReadonlySet<string>,
  { name }: LockFile,
  at: Location,
): Diagnostic[] {
  const { reference: image } = entry
  const findings: Diagnostic[] = []
  const now = tag?.kind === 'resolved' ? tag.resolution : undefined
  const failure = tag?.kind === 'failed' ? tag.error : undefined
  const isMoved = now !== undefined && now.descriptor.digest !== entry.digest
  if (isMoved) {
    const args = { image, locked: entry.digest, now: now.descriptor.digest, from: now.origin.from }
    findings.push({ code: 'LOCK_MOVED', severity: 'error', args, at })
  }
  if (digest.kind === 'failed') {
    const { code, args } = digest.error
    // That the tag is not there either goes without saying.
    if (isNotFound(digest.error)) {
      return [
        ...findings,
        missingDigestDiagnostic(digest.error, image, pinned, { from: name, line: at.line }, at),
      ]
    }
    // A layout is compared by its tags: it holds what is there now.
    const isUntold = failure === undefined && code !== 'LAYOUT_IMAGE_MISSING'
    if (isUntold) findings.push({ code, severity: 'error', args: { ...args, image }, at })
  }
  if (failure !== undefined) {
    findings.push({ code: failure.code, severity: 'error', args: failure.args, at })
  }
  const isUntagged = isMoved || (failure !== undefined && isNotFound(failure))
  const isThere = digest.kind === 'resolved' && digest.resolution.origin.kind !== 'layout'
  if (isThere && isUntagged && !named.has(`${repositoryName(pinned)}@${entry.digest}`)) {
    const tagNow = { tag: effectiveTag(parseReference(image)) ?? '', digest: now?.descriptor.digest }
    findings.push(untaggedDigestDiagnostic(image, entry.digest, tagNow, at))
  }
  return findings
}
