import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Profile } from '../../config/profile.ts'
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../../diagnostics/errors.ts'
import { createLock, entryKey, type LockChange, type LockEntry } from '../../lock/lock.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import type { FindBlock, Resolver } from '../../plan/resolver.ts'
import { applySeverities } from '../../plan/severity.ts'
import { parseReference } from '../../reference/parse.ts'
import { parseImagePattern } from '../../reference/pattern.ts'
import { canonicalText, type Reference } from '../../reference/reference.ts'
import { unlessBlocked } from '../../resolve/block-list.ts'
import { locked, recorded } from '../../resolve/lock-resolver.ts'
import { transformInput } from '../../transform.ts'
import { type NamedInput, readNamed, remarksAbout } from '../io/inputs.ts'
import { lockedDigestFindings, placesIn } from './locked-digests.ts'

/** What `pinpull lock` goes by. */
export interface LockQuestion {
  readonly file: LockFile
  readonly inputs: readonly NamedInput[]
  /** The references of `--image`. */
  readonly images: readonly Reference[]
  readonly profile: Profile
  /** Who knows what a tag names now; absent where nobody may be asked. */
  readonly source: Resolver | undefined
  /** What the nodes would not pull, whether it is locked or not; absent where nothing says it. */
  readonly blockOf?: FindBlock | undefined
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How a lock file is to be changed, or what is wrong with it. */
export interface LockAnswer extends LockChange {
  /** Where there is an error among them, nothing is to be written. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Which entries are resolved again. */
type Update = (entry: LockEntry) => boolean

/**
 * Finds what `--update` means.
 *
 * @throws {UsageError} where the pattern is a file: `--update stream.yaml` was meant to be two words
 */
export function updateOf(update: string | true | undefined, cwd: string): Update {
  if (update === undefined) return () => false
  if (update === true) return () => true
  if (existsSync(resolve(cwd, update))) {
    const reason = `--update took ${update} for a pattern: write it behind the files, or as --update='**'`
    throw new UsageError('USAGE', { reason })
  }
  const pattern = parseImagePattern(update)
  return ({ reference }) => pattern.matches(parseReference(reference))
}

/** Finds what the lock file should hold: what is missing is added, and what an update asks for is resolved again. */
export async function completeLock(
  question: LockQuestion,
  update: Update,
  prune: boolean,
): Promise<LockAnswer> {
  const { file, source = nobody(file.name), now } = question
  const recorder = recorded(source, now)
  const held = createLock(file.lock.entries.filter((entry) => !update(entry)))
  const used = new Set<string>()
  const diagnostics = await askAll(question, locked(held, file.name, recorder), used)
  // What an update asks for and no manifest uses is resolved for its own sake.
  const unused = file.lock.entries.filter((entry) => update(entry) && !recorder.entries.has(entryKey(entry)))
  diagnostics.push(
    ...(await askEach(question, unused, recorder)),
    ...emptyFindings(question, used, diagnostics),
  )
  if (prune && used.size === 0) {
    // A render that failed upstream in the pipe looks like this, too.
    throw new UsageError('USAGE', {
      reason: 'no image was found in the manifests: --prune would empty the lock file',
    })
  }
  return { ...changeOf(file.lock.entries, recorder.entries, prune ? used : undefined), diagnostics }
}

/**
 * Finds what is missing from the lock file, what is in it for nothing, and what registries say against its entries.
 * Without manifests only the last.
 */
export async function checkLock(question: LockQuestion): Promise<LockAnswer> {
  const { file, source, inputs } = question
  const { entries } = file.lock
  const placeOf = placesIn(file)
  const used = new Set<string>()
  const diagnostics = await askAll(question, locked(file.lock, file.name), used)
  const unused = inputs.length === 0 ? [] : entries.filter((entry) => !used.has(entryKey(entry)))
  diagnostics.push(
    ...unused.map((entry) => unusedFinding(entry, placeOf(entry))),
    ...emptyFindings(question, used, diagnostics),
  )
  if (source !== undefined) diagnostics.push(...(await lockedDigestFindings(file, source, question.signal)))
  return { added: [], updated: [], removed: [], diagnostics: applySeverities(diagnostics, question.profile) }
}

/** A render that failed upstream in the pipe has no image, and a lock file that holds nothing would look like success. */
function emptyFindings(
  { file, inputs }: LockQuestion,
  used: ReadonlySet<string>,
  others: readonly Diagnostic[],
): Diagnostic[] {
  if (inputs.length === 0 || used.size > 0 || file.lock.entries.length > 0) return []
  if (others.some(({ severity }) => severity === 'error')) return []
  return [{ code: 'LOCK_WITHOUT_IMAGES', severity: 'error', args: {} }]
}

/** Asks for every image of the inputs, and notes which entries answer. */
async function askAll(question: LockQuestion, resolver: Resolver, used: Set<string>): Promise<Diagnostic[]> {
  const { file, inputs, images, signal } = question
  const unblocked = unlessBlocked(resolver, question.blockOf)
  const noting: Resolver = {
    async resolve(reference, options) {
      const { platform } = options
      const entry = file.lock.find(reference, platform)
      used.add(entryKey(entry ?? { reference: canonicalText(reference), ...(platform && { platform }) }))
      return unblocked.resolve(reference, options)
    },
  }
  // Every image has to be known to the lock, whatever the profile does about those that are not.
  const profile: Profile = { ...question.profile, pin: 'locked', unresolved: 'deny' }
  const options = { profile, resolver: noting, signal, wantPlatforms: true }
  const all = inputs.map(readNamed)
  const found = await Promise.all(
    all.map(async (read) => {
      if (read.kind === 'unreadable') return [read.diagnostic]
      return (await transformInput(read.input, options)).report.diagnostics
    }),
  )
  const named = await Promise.all(
    images.map(async (image) => {
      const { platform } = profile
      const asking = { signal, wantPlatforms: true, ...(platform === undefined ? {} : { platform }) }
      return failureOf(async () => noting.resolve(image, asking))
    }),
  )
  return [...remarksAbout(all), ...found.flat(), ...named.flatMap((one) => one ?? [])]
}

/** Asks for entries of the lock file again, each for its own platform, and collects what fails. */
async function askEach(
  { file, signal }: LockQuestion,
  entries: readonly LockEntry[],
  resolver: Resolver,
): Promise<Diagnostic[]> {
  const placeOf = placesIn(file)
  const found = await Promise.all(
    entries.map(async (entry) => {
      const { reference, platform } = entry
      const options = { signal, wantPlatforms: true, ...(platform === undefined ? {} : { platform }) }
      const failure = await failureOf(async () => resolver.resolve(parseReference(reference), options))
      return failure === undefined ? [] : [{ ...failure, at: placeOf(entry) }]
    }),
  )
  return found.flat()
}

async function failureOf(ask: () => Promise<unknown>): Promise<Diagnostic | undefined> {
  try {
    await ask()
    return undefined
  } catch (error) {
    if (error instanceof PinpullError) return { code: error.code, severity: 'error', args: error.args }
    throw error
  }
}

function changeOf(
  before: readonly LockEntry[],
  fresh: ReadonlyMap<string, LockEntry>,
  used: ReadonlySet<string> | undefined,
): LockChange {
  const isKept = (entry: LockEntry): boolean => used === undefined || used.has(entryKey(entry))
  const known = new Map(before.map((entry) => [entryKey(entry), entry]))
  const added = [...fresh.values()].filter((entry) => !known.has(entryKey(entry)))
  const updated = before.flatMap((entry) => {
    const after = fresh.get(entryKey(entry))
    // The same digest is no news: who answered and when stay what they were.
    return after === undefined || after.digest === entry.digest || !isKept(entry)
      ? []
      : [{ before: entry, after }]
  })
  return { added, updated, removed: before.filter((entry) => !isKept(entry)) }
}

function unusedFinding({ reference: image }: LockEntry, at: Location): Diagnostic {
  return { code: 'LOCK_UNUSED', severity: 'error', args: { image }, at }
}

/** Where nobody may be asked, what the lock does not hold is missing. */
function nobody(name: string): Resolver {
  return locked(createLock([]), name)
}
