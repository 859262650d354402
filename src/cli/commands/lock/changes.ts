import { coolDownOf, type LockSettings } from '../../../config/lock-settings.ts'
import type { Profile } from '../../../config/profile.ts'
import type { Diagnostic, Location } from '../../../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../../../diagnostics/errors.ts'
import { createLock, entryKey, type LockChange, type LockEntry } from '../../../lock/lock.ts'
import type { LockFile } from '../../../lock/lock-file.ts'
import type { CoolDown } from '../../../lock/moving-tag.ts'
import { formatSigner } from '../../../lock/signer-change.ts'
import { withDeniedDigests } from '../../../plan/denied-digest.ts'
import type { FindRegistryBlock, Resolver } from '../../../plan/resolver.ts'
import { applySeverities } from '../../../plan/severity.ts'
import { parseReference } from '../../../reference/parse.ts'
import type { ImagePattern } from '../../../reference/pattern.ts'
import { canonicalText, type Reference } from '../../../reference/reference.ts'
import type { ImageEntry } from '../../../report/report.ts'
import { withBlockList } from '../../../resolve/block-list.ts'
import { withCoolDown } from '../../../resolve/cool-down.ts'
import { decisionDiagnostics, lockChangeOf } from '../../../resolve/lock-decisions.ts'
import { lockResolver } from '../../../resolve/lock-resolver.ts'
import type { SignatureCollector } from '../../../resolve/signature-collector.ts'
import { transformInput } from '../../../transform.ts'
import type { ManifestReader } from '../../io/manifest-reader.ts'
import { factsOf, type InputFacts, inputDiagnostics } from '../../io/manifests.ts'
import { coolDownRules } from '../../session/cool-down-rules.ts'
import { entryPlaces, lockedDigestDiagnostics, waitingEntries } from './locked-digests.ts'
import { verifyEntries } from './verified-entries.ts'

/** What the entries of a lock file are made from, or checked against. */
export interface LockRequest {
  readonly file: LockFile
  readonly manifests: ManifestReader
  /** The references of `--image`. */
  readonly images: readonly Reference[]
  readonly profile: Profile
  /** Resolves a tag to its current digest; undefined if registries may not be contacted. */
  readonly source: Resolver | undefined
  /** Absent where no list of blocked registries is named. It holds for locked images, too. */
  readonly findBlock?: FindRegistryBlock | undefined
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: number
  readonly coolDown: LockSettings
  /** Whether the digest of an image is taken at once (`--now`). */
  readonly isForced: (image: Reference) => boolean
  /** The values of `--accept-signer`. */
  readonly acceptedSigners: readonly string[]
  /** Verifies digests before they are locked; absent where the profile verifies nothing. */
  readonly signatures?: SignatureCollector | undefined
}

/** How a lock file is to be changed. */
export interface LockChanges extends LockChange {
  /** If there is an error among them, nothing may be written. */
  readonly diagnostics: readonly Diagnostic[]
  /** The images of the manifests, with the digests that the lock file has or gets. */
  readonly images: readonly ImageEntry[]
  /** Of the manifests, in their order. */
  readonly facts: readonly InputFacts[]
}

/** Whether a pattern of `--match` matches the image of an entry. */
export function matchesEntry(pattern: ImagePattern, { reference }: LockEntry): boolean {
  return pattern.matches(parseReference(reference))
}

/** Finds the entries that the lock file needs: adds those that are missing, and resolves those again that are updated. */
export async function completeLock(
  request: LockRequest,
  isUpdated: (entry: LockEntry) => boolean,
  prune: boolean,
): Promise<LockChanges> {
  const { file, source = denyAll(file.name) } = request
  const deciding = withCoolDown(source, {
    lock: file.lock,
    file: file.name,
    rulesFor: (image) => rulesFor(image, request),
    addsManifests: true,
    verify: request.signatures?.verify,
  })
  const retained = createLock(file.lock.entries.filter((entry) => !isUpdated(entry)))
  const used = new Set<string>()
  const { images, diagnostics, facts } = await resolveInputs(
    request,
    lockResolver(retained, file.name, deciding),
    used,
  )
  const unused = file.lock.entries.filter(
    (entry) => isUpdated(entry) && !deciding.decisions.has(entryKey(entry)),
  )
  const kept = file.lock.entries.filter(
    (entry) => used.has(entryKey(entry)) && !deciding.decisions.has(entryKey(entry)),
  )
  diagnostics.push(...(await resolveEntries(request, unused, withDenied(deciding, request.profile))))
  const verified = await verifyEntries(request, kept)
  diagnostics.push(
    ...verified.diagnostics,
    ...deniedEntries(request, (key) => used.has(key) || deciding.decisions.has(key) || prune),
    ...applySeverities(decisionDiagnostics(deciding.decisions, entryPlaces(file)), request.profile),
    ...emptyDiagnostics(request, facts, used, diagnostics),
  )
  if (prune && used.size === 0) {
    // This also happens if the command before in the pipe has failed.
    throw new UsageError('USAGE', {
      reason: 'no image was found in the manifests: --prune would empty the lock file',
    })
  }
  const change = lockChangeOf(file.lock.entries, deciding.decisions, prune ? used : undefined)
  const noted = [...(change.noted ?? []), ...verified.noted]
  return { ...change, noted, images, diagnostics, facts }
}

/** The rules by which the digest of an image may be locked. */
export function rulesFor(
  image: Reference,
  { coolDown, profile, now, isForced, acceptedSigners }: LockRequest,
): CoolDown {
  return coolDownRules(image, coolDown, profile, now, isForced(image), acceptedSigners)
}

/**
 * Finds which images the lock file lacks, which entries are unused, and which differ from their registries. Without
 * manifests only the last.
 */
export async function checkLock(request: LockRequest): Promise<LockChanges> {
  const { file, source } = request
  const { entries } = file.lock
  const placeOf = entryPlaces(file)
  const used = new Set<string>()
  const resolver = lockResolver(file.lock, file.name)
  const { images, diagnostics, facts } = await resolveInputs(request, resolver, used)
  const unused = facts.length === 0 ? [] : entries.filter((entry) => !used.has(entryKey(entry)))
  const checked = facts.length === 0 ? entries : entries.filter((entry) => used.has(entryKey(entry)))
  diagnostics.push(
    ...unused.map((entry) => unusedDiagnostic(entry, placeOf(entry))),
    ...deniedEntries(request, (key) => used.has(key)),
    ...(await verifyEntries(request, checked)).diagnostics,
    ...emptyDiagnostics(request, facts, used, diagnostics),
  )
  const clock = {
    now: request.now,
    minAgeOf: (image: Reference) => coolDownOf(request.coolDown, image).minAge,
  }
  diagnostics.push(
    ...(source === undefined
      ? waitingEntries(file, clock)
      : await lockedDigestDiagnostics(file, source, clock, request.signal)),
  )
  return {
    added: [],
    updated: [],
    removed: [],
    images,
    diagnostics: applySeverities(diagnostics, request.profile),
    facts,
  }
}

/** If the command before in the pipe has failed there is no image, and an empty lock file would look like success. */
function emptyDiagnostics(
  { file }: LockRequest,
  inputs: readonly InputFacts[],
  used: ReadonlySet<string>,
  others: readonly Diagnostic[],
): Diagnostic[] {
  if (inputs.length === 0 || used.size > 0 || file.lock.entries.length > 0) return []
  if (others.some(({ severity }) => severity === 'error')) return []
  return [{ code: 'LOCK_WITHOUT_IMAGES', severity: 'error', args: {} }]
}

/** Resolves every image of the inputs and of `--image`, and adds the keys of the entries that they need to `used`. */
async function resolveInputs(
  request: LockRequest,
  resolver: Resolver,
  used: Set<string>,
): Promise<Pick<LockChanges, 'images' | 'facts'> & { diagnostics: Diagnostic[] }> {
  const { file, manifests, images, signal } = request
  const unblocked = withBlockList(resolver, request.findBlock)
  const recordUse: Resolver = {
    async resolve(reference, options) {
      const { platform } = options
      const entry = file.lock.find(reference, platform)
      used.add(entryKey(entry ?? { reference: canonicalText(reference), ...(platform && { platform }) }))
      return unblocked.resolve(reference, options)
    },
  }
  // Every image has to be in the lock file, whatever the profile does about images that are not.
  // What is locked is verified before that, by `signatures`.
  const profile: Profile = { ...request.profile, pin: 'locked', unresolved: 'deny', verify: [] }
  const options = { profile, resolver: recordUse, signal, wantPlatforms: true }
  const found = await manifests.visitTogether(async (read) => {
    if (read.kind === 'unreadable') {
      return { facts: factsOf(read), images: [], diagnostics: [read.diagnostic] }
    }
    const { report } = await transformInput(read.input, options)
    return { facts: factsOf(read), images: report.images, diagnostics: report.diagnostics }
  })
  const facts = found.map((one) => one.facts)
  const { platform } = profile
  const resolveOptions = { signal, wantPlatforms: true, platform }
  const named = await Promise.all(
    images.map(async (image) =>
      errorOf(async () => withDenied(recordUse, profile).resolve(image, resolveOptions)),
    ),
  )
  return {
    facts,
    images: found.flatMap((one) => one.images),
    diagnostics: [
      ...inputDiagnostics(facts),
      ...found.flatMap((one) => one.diagnostics),
      ...named.flatMap((one) => one ?? []),
    ],
  }
}

/** Resolves entries of the lock file again, each for its own platform, and collects the errors. */
async function resolveEntries(
  { file, signal }: LockRequest,
  entries: readonly LockEntry[],
  resolver: Resolver,
): Promise<Diagnostic[]> {
  const placeOf = entryPlaces(file)
  const found = await Promise.all(
    entries.map(async (entry) => {
      const { reference, platform } = entry
      const options = { signal, wantPlatforms: true, platform }
      const error = await errorOf(async () => resolver.resolve(parseReference(reference), options))
      return error === undefined ? [] : [{ ...error, at: placeOf(entry) }]
    }),
  )
  return found.flat()
}

function withDenied(resolver: Resolver, { denyDigests }: Profile): Resolver {
  return denyDigests === undefined ? resolver : withDeniedDigests(resolver, denyDigests)
}

/**
 * Reports the entries of the lock file whose digest is denied.
 * @param isReported whether the entry with a key has been reported where it is used
 */
function deniedEntries(
  { file, profile: { denyDigests } }: LockRequest,
  isReported: (key: string) => boolean,
): Diagnostic[] {
  const placeOf = entryPlaces(file)
  return file.lock.entries.flatMap((entry): Diagnostic[] => {
    const digest = denyDigests?.get(entry.digest)
    if (digest === undefined || isReported(entryKey(entry))) return []
    const args = { image: entry.reference, digest }
    return [{ code: 'DIGEST_DENIED', severity: 'error', args, at: placeOf(entry) }]
  })
}

async function errorOf(resolveOne: () => Promise<unknown>): Promise<Diagnostic | undefined> {
  try {
    await resolveOne()
    return undefined
  } catch (error) {
    if (error instanceof PinpullError) return { code: error.code, severity: 'error', args: error.args }
    throw error
  }
}

function unusedDiagnostic({ reference: image }: LockEntry, at: Location): Diagnostic {
  return { code: 'LOCK_UNUSED', severity: 'error', args: { image }, at }
}

/** A resolver that contacts no registry: it reports every image as missing from the lock file. */
function denyAll(name: string): Resolver {
  return lockResolver(createLock([]), name)
}

/** A line for each changed entry. */
export function changeLines({ added, updated, removed }: LockChange): string[] {
  return [
    ...added.map((entry) => `added ${entry.reference} ${entry.digest}${signedBy(entry)}`),
    ...updated.map(
      ({ before, after }) =>
        `updated ${after.reference} ${before.digest} → ${after.digest}${signedBy(after)}`,
    ),
    ...removed.map(({ reference, digest }) => `removed ${reference} ${digest}`),
  ]
}

function signedBy({ verified }: LockEntry): string {
  return verified === undefined ? '' : `, signed by ${formatSigner(verified)}`
}
