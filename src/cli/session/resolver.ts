import { existsSync } from 'node:fs'
import { type Cache, openCache } from '../../cache/cache.ts'
import { cachePath } from '../../cache/cache-file.ts'
import { defaultLifetime } from '../../cache/lifetime.ts'
import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import { secretFactsOf, secretsByImage } from '../../kube/find/secrets-by-image.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import type { FindRegistryBlock, Resolver } from '../../plan/resolver.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import type { Verifier } from '../../plan/verifier.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { withBlockList } from '../../resolve/block-list.ts'
import { withCache } from '../../resolve/cache.ts'
import { lockResolver } from '../../resolve/lock-resolver.ts'
import { lazyResolver } from '../../resolve/memoization.ts'
import { withProgress, withVerifierProgress } from '../../resolve/progress.ts'
import type { ManifestReader } from '../io/manifest-reader.ts'
import { showProgress } from '../io/terminal.ts'
import { collectWarnings, startDeadline } from './deadline.ts'
import { openLock, withLock } from './lock.ts'
import { buildRegistries } from './registries.ts'
import { routeOf } from './route.ts'
import type { Session } from './session.ts'
import { openJudge, openVerifier, withVerifierLoaded } from './verifier.ts'

/** What resolves the images of a command's inputs, until it is closed. */
export interface OpenResolver {
  /** Resolves from the lock file, then from the cache, then from registries. */
  readonly resolver: Resolver
  /** Verifies signatures: those beside the lock file, and those of registries. Absent if the profile demands none. */
  readonly verifier: Verifier | undefined
  /** Gives the registry client of the run; absent where registries may not be asked. */
  readonly openClient: (() => RegistryClient) | undefined
  /** The session's profile, which also knows the names in the lock file. */
  readonly profile: Profile
  /** Absent where no list of blocked registries is named. */
  readonly findBlock: FindRegistryBlock | undefined
  /** Errors of the lock file. If there are any, nothing may be resolved. */
  readonly lockDiagnostics: readonly Diagnostic[]
  /** Aborts when the time of `--timeout` is over. */
  readonly signal: AbortSignal
  /** What registries and credentials gave warnings about so far. */
  readonly warnings: () => readonly Diagnostic[]
  /** Stops the clock of `--timeout`, erases the progress, and saves the cache. */
  readonly close: () => void
}

/** The Secrets in manifests that may be used for each image. */
export type PullSecretsByImage = ReturnType<typeof secretsByImage>

/** @returns undefined without `--pull-secrets`: no Secret of the input is used */
export function pullSecretsOf(
  inputs: readonly Stream[],
  { flags, profile }: Session,
): PullSecretsByImage | undefined {
  if (flags.pullSecrets !== true) return undefined
  return secretsByImage(inputs.map((input) => secretFactsOf(input, profile.fields)))
}

/** The same of manifests that are read one after another: a Secret in one is used for the workloads of the others. */
export async function pullSecretsIn(
  { visit }: ManifestReader,
  { flags, profile }: Session,
): Promise<PullSecretsByImage | undefined> {
  if (flags.pullSecrets !== true) return undefined
  const facts = await visit((read) =>
    read.kind === 'read' ? [secretFactsOf(read.input, profile.fields)] : [],
  )
  return secretsByImage(facts.flat())
}

/**
 * Opens what resolves images. Where only the lock file may be used, nothing in the run can open a socket.
 *
 * @param pullSecrets from `pullSecretsOf` or `pullSecretsIn`
 * @param session its `--quiet` and `--verbose` decide how progress is shown, until the resolver is closed
 * @throws {UsageError} LOCK_ABSENT if a lock file is named and does not exist, unless only the lock file may be used: then it is the
 *   error of each image, since manifests without an image need none; LOCK_NOT_READ; FILE_NOT_READ;
 *   USAGE if `--check-digests` needs registries that may not be contacted
 * @throws {PinpullError} REGISTRY_HOSTS_INVALID if the list of blocked registries cannot be used
 */
export async function openResolver(
  pullSecrets: PullSecretsByImage | undefined,
  session: Session,
): Promise<OpenResolver> {
  const { flags, profile } = session
  const onlyLocked = usesLockOnly(session)
  if (onlyLocked && flags.checkDigests === true) {
    const by = flags.locked === true ? '--locked' : `profile ${profile.name}`
    throw new UsageError('USAGE', { reason: `--check-digests contacts registries, but ${by} forbids it` })
  }
  const findBlock = await session.openBlockList()
  const { file, absent } = openLockIfNeeded(session, onlyLocked)
  const warnings = collectWarnings()
  let opened: { readonly cache: Cache | undefined } | undefined
  const openCacheOnce = (): Cache | undefined => {
    opened ??= { cache: openUsualCache(session) }
    return opened.cache
  }
  // The lock file answers at once.
  const progress = onlyLocked ? undefined : showProgress(flags, session.io)
  let built: ReturnType<typeof buildRegistries> | undefined
  const buildOnce = (): ReturnType<typeof buildRegistries> => {
    if (built !== undefined) return built
    built = buildRegistries(session, {
      warn: warnings.warn,
      pullSecrets,
      challengeCache: openCacheOnce(),
      onRequest: progress?.onRequest,
    })
    return built
  }
  const judge = profile.verify.length === 0 ? undefined : openJudge(session)
  const contacting = lazyResolver(async () => {
    const { resolver } = buildOnce()
    return judge === undefined ? resolver : withVerifierLoaded(resolver, session, judge)
  })
  // If the cache has all images, the code for registries is not loaded.
  const registries = lazyResolver(async () => {
    const cache = openCacheOnce()
    return cache === undefined ? contacting : withCache(contacting, cache, routeOf(session))
  })
  const openClient = onlyLocked ? undefined : () => buildOnce().client
  const verifier = judge && openVerifier(session, file, { openClient, judge })
  const fallback = onlyLocked ? undefined : registries
  const deadline = startDeadline(flags.timeout)
  const resolver = withBlockList(
    file === undefined ? (absent ?? registries) : lockResolver(file.lock, file.name, fallback),
    findBlock,
  )
  const withFacts = withLock(profile, file?.lock)
  return {
    resolver: progress?.onRequest === undefined ? resolver : withProgress(resolver, progress.onProgress),
    verifier:
      verifier === undefined || progress?.onRequest === undefined
        ? verifier
        : withVerifierProgress(verifier, progress.onVerified),
    openClient,
    profile: withFacts,
    findBlock,
    lockDiagnostics: file?.diagnostics ?? [],
    signal: deadline.signal,
    warnings: warnings.all,
    close: () => {
      progress?.clear()
      deadline.stop()
      saveCache(opened?.cache, session)
    },
  }
}

/**
 * Reads the lock file. If only this may be used and it does not exist, `absent` fails for every image: a host that renders
 * many applications with `--locked` also renders those without one, for which `pinpull lock` writes nothing.
 */
function openLockIfNeeded(
  session: Session,
  onlyLocked: boolean,
): { readonly file?: LockFile | undefined; readonly absent?: Resolver } {
  try {
    return { file: openLock(session, onlyLocked) }
  } catch (error) {
    if (!onlyLocked || !(error instanceof UsageError) || error.code !== 'LOCK_ABSENT') throw error
    return { absent: { resolve: () => Promise.reject(error) } }
  }
}

/**
 * A resolver that knows what the lock file and the cache know, as `openResolver` uses them, and fails for anything else.
 *
 * @param file the lock file, if there is one
 */
export function openCachedResolver(session: Session, file: LockFile | undefined): Resolver {
  const nothing: Resolver = {
    resolve: async ({ text }) => {
      throw new PinpullError('LOCK_MISSING_ENTRY', { image: text, file: file?.name ?? '' })
    },
  }
  const cache = openUsualCache(session)
  const cached = cache === undefined ? nothing : withCache(nothing, cache, routeOf(session))
  return file === undefined ? cached : lockResolver(file.lock, file.name, cached)
}

/** Whether only the lock file may be used: `--locked` and some profiles demand it. */
export function usesLockOnly({ flags, profile }: Session): boolean {
  return flags.locked === true || profile.pin === 'locked'
}

/** Opens the cache, unless it is off or the environment names no home. */
function openUsualCache(session: Session): Cache | undefined {
  const lifetime = cacheLifetime(session)
  const path = lifetime === 0 ? undefined : cachePath(session.io.env, existsSync)
  return path === undefined ? undefined : openCache({ path, lifetime, now: Date.now })
}

/**
 * Where the cache is (undefined if the environment names no home), and how long answers are kept in milliseconds, 0 if it is
 * off.
 */
export function cacheSettings(session: Session): {
  readonly path: string | undefined
  readonly lifetime: number
} {
  return { path: cachePath(session.io.env, existsSync), lifetime: cacheLifetime(session) }
}

/** Digests are checked against registries, never against the cache. */
function cacheLifetime({ flags, io }: Session): number {
  return flags.checkDigests === true ? 0 : (flags.cacheTtl ?? defaultLifetime(io.env))
}

function saveCache(cache: Cache | undefined, { flags, io }: Session): void {
  const failure = cache?.save()
  if (failure !== undefined && flags.verbose === true)
    io.writeMessage(`${printable(`pinpull: the cache was not kept: ${failure}`)}\n`)
}
