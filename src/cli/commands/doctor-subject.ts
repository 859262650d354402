import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { failedResult } from '../../doctor/failure.ts'
import { recordFiles, recordKeychain, recordPrograms } from '../../doctor/recording.ts'
import type { Redaction } from '../../doctor/redaction.ts'
import { createRegistrySteps } from '../../doctor/registry-steps.ts'
import type { AddStep } from '../../doctor/step.ts'
import type { Subject } from '../../doctor/subject.ts'
import { realTextFiles } from '../../files/text-files.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { originalReference } from '../../plan/match-input.ts'
import type { Resolver } from '../../plan/resolver.ts'
import { canonicalText, type Reference, repositoryName } from '../../reference/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { SecretRedactor } from '../../registry/errors/redact.ts'
import { formatHint, formatMessage } from '../../report/message.ts'
import { withBlockList } from '../../resolve/block-list.ts'
import { errorDiagnostics, isUserError } from '../io/exit.ts'
import { runProcess } from '../io/process.ts'
import { collectWarnings, startDeadline } from '../session/deadline.ts'
import { withLock } from '../session/lock.ts'
import { buildRegistryClient } from '../session/registries.ts'
import { registriesConfPath } from '../session/registry-files.ts'
import { openCachedResolver } from '../session/resolver.ts'
import type { Session } from '../session/session.ts'
import { failedSteps, type Settings } from './doctor-settings.ts'

/** How long a registry is waited for without `--timeout`, in milliseconds: a user looks on. */
const DEFAULT_TIMEOUT = 30_000

/** How long the root of the API is waited for, in milliseconds; a run does not need it. */
const PROBE_TIMEOUT = 5000

export interface SubjectOptions {
  readonly session: Session
  readonly settings: Settings
  readonly redaction: Redaction
  readonly secrets: SecretRedactor
  readonly add: AddStep
}

/**
 * Shows every step to an image or a registry, by the same client that a run uses, and its outcome.
 * @returns the errors of a run that needs it
 */
export async function checkSubject(
  subject: Subject,
  options: SubjectOptions,
): Promise<readonly Diagnostic[]> {
  const { session, add } = options
  const timeout = session.flags.timeout ?? DEFAULT_TIMEOUT
  const warnings = collectWarnings()
  const problems: Diagnostic[] = []
  const { client, resolver } = openClient(options, warnings.warn)
  try {
    if (subject.kind === 'registry') await checkRegistry(subject.reference, { ...options, client, timeout })
    else {
      problems.push(...checkPolicy(subject.reference, options))
      await checkImage(subject.reference, { ...options, client, resolver, timeout })
    }
    return problems
  } catch (error) {
    if (!isUserError(error)) throw error
    if (error instanceof PinpullError) add(failedResult(error))
    return [...problems, ...errorDiagnostics(error)]
  } finally {
    for (const warning of warnings.all()) {
      const text = `${warning.code}: ${formatMessage(warning)}`
      add({ name: 'warning', status: 'warning', text, hint: formatHint(warning) })
    }
  }
}

/** Calls `act` with a signal that is aborted after a time in milliseconds. */
async function withDeadline<T>(timeout: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, stop } = startDeadline(timeout)
  try {
    return await act(signal)
  } finally {
    stop()
  }
}

/** The client and the resolver of a run, with everything that they do as steps. */
function openClient(
  { session, redaction, secrets, add }: SubjectOptions,
  warn: ReturnType<typeof collectWarnings>['warn'],
): ReturnType<typeof buildRegistryClient> {
  const { flags, config, io } = session
  const { files, read } = recordFiles(realTextFiles)
  const steps = createRegistrySteps({
    add,
    env: io.env,
    now: Date.now,
    redaction,
    secrets,
    files: read,
    sources: {
      mirrors: '--mirror or PINPULL_MIRROR',
      rules: config.file ?? 'the configuration',
      hostsFolder: `--hosts-dir ${flags.hostsDir}`,
      registriesConf: `${registriesConfPath(flags, io)}`,
    },
  })
  return buildRegistryClient(session, {
    warn,
    observation: {
      files,
      run: recordPrograms(runProcess, Date.now, steps.onProgram),
      observe: steps.observe,
      wrapKeychain: (keychain) => recordKeychain(keychain, steps.onKeychain),
    },
  })
}

interface ClientOptions extends SubjectOptions {
  readonly client: RegistryClient
  /** In milliseconds. */
  readonly timeout: number
}

async function checkRegistry(reference: Reference, { client, timeout, add }: ClientOptions): Promise<void> {
  const { endpoint, status, credential } = await withDeadline(timeout, (signal) =>
    client.probe(reference, { isBare: false, signal }),
  )
  const name = 'result'
  if (status === 401) {
    const text = `${endpoint.host} answers, and requires a login for this request; none is stored, so only public images can be resolved`
    add({ name, status: 'info', text, hint: `if you need private images: docker login ${endpoint.host}` })
  } else if (status === 404) {
    const text = `${endpoint.host} answers, but has no /v2/; some mirrors do not`
    add({ name, status: 'warning', text, hint: 'check an image in it: pinpull doctor HOST/REPOSITORY:TAG' })
  } else {
    const how = credential.kind === 'anonymous' ? 'without credentials' : 'and accepts the stored credential'
    add({ name, status: 'ok', text: `${endpoint.host} answers ${how}` })
  }
}

interface ImageOptions extends ClientOptions {
  readonly resolver: Resolver
}

async function checkImage(inManifest: Reference, options: ImageOptions): Promise<void> {
  const { session, settings, client, timeout, add } = options
  const profile = withLock(session.profile, settings.lock?.lock)
  const reference = originalReference(inManifest, profile)
  const canonical = canonicalText(reference)
  if (canonical !== inManifest.text)
    add({ name: 'reference', status: 'ok', text: `it stands for ${canonical}` })
  const platform = session.flags.platform ?? profile.platform
  const stored = await openCachedResolver(session, settings.lock)
    .resolve(reference, { platform, signal: new AbortController().signal })
    .catch(() => undefined)
  if (stored !== undefined) {
    const { origin, descriptor } = stored
    const where = origin.kind === 'lock' ? origin.from : `an answer of ${origin.from} in the cache`
    const text = `${where} has ${descriptor.digest}, which the filter uses without contacting a registry`
    add({ name: origin.kind === 'lock' ? 'lock file' : 'cache', status: 'info', text })
  }
  const resolver = withBlockList(options.resolver, settings.findBlock)
  const [{ descriptor, origin }, full] = await withDeadline(timeout, async (signal) => {
    // Its errors are steps, and no errors of the run, which does not request the root. Half of the time is left for the image.
    const probing = withDeadline(Math.min(timeout / 2, PROBE_TIMEOUT), (limit) =>
      client.probe(reference, { isBare: true, signal: limit }),
    )
    await probing.catch((error: unknown) => {
      if (!isUserError(error)) throw error
    })
    const request = { platform, signal }
    const resolution = await resolver.resolve(reference, request)
    if (resolution.descriptor.platforms !== undefined) return [resolution, resolution] as const
    return [resolution, await resolver.resolve(reference, { ...request, wantPlatforms: true })] as const
  })
  addResult(full.descriptor, descriptor, `${origin.from}${origin.kind === 'mirror' ? ', a mirror' : ''}`, add)
  if (stored !== undefined && stored.descriptor.digest !== descriptor.digest) {
    const hint =
      stored.origin.kind === 'lock'
        ? `pinpull lock --update writes the new digest`
        : '--cache-ttl 0 asks the registry'
    add({
      name: 'moved',
      status: 'warning',
      text: `the filter still writes ${stored.descriptor.digest}`,
      hint,
    })
  }
}

function addResult(full: Descriptor, resolved: Descriptor, from: string, add: AddStep): void {
  const platforms = full.platforms?.map(formatPlatform).join(', ')
  add({
    name: 'result',
    status: 'ok',
    text: `${resolved.digest} from ${from}`,
    details: [resolved.mediaType, ...(platforms ? [`platforms: ${platforms}`] : [])],
  })
  if (full.digest === resolved.digest) return
  const text = `GET returns another manifest than HEAD: ${full.digest}`
  add({
    name: 'manifest',
    status: 'warning',
    text,
    hint: 'the tag has just moved, or a proxy changes responses: try again',
  })
}

/** What the profile and the lock file say about an image, whether it can be resolved or not. */
function checkPolicy(
  inManifest: Reference,
  { session, settings, add }: SubjectOptions,
): readonly Diagnostic[] {
  const { lock } = settings
  const profile = withLock(session.profile, lock?.lock)
  const reference = originalReference(inManifest, profile)
  const { allowedRegistries, name } = profile
  const problems: Diagnostic[] = []
  const isAllowed = allowedRegistries.some((one) => one.allows(inManifest) || one.allows(reference))
  if (allowedRegistries.length > 0 && !isAllowed) {
    const args = {
      image: inManifest.text,
      repository: repositoryName(inManifest),
      profile: name,
      allowed: allowedRegistries.map(({ text }) => text).join(', '),
    }
    problems.push({ code: 'REGISTRY_NOT_ALLOWED', severity: 'error', args })
  }
  const platform = session.flags.platform ?? profile.platform
  if (profile.pin === 'locked' && lock !== undefined && lock.lock.find(reference, platform) === undefined) {
    const args = { image: canonicalText(reference), file: lock.name }
    problems.push({ code: 'LOCK_MISSING_ENTRY', severity: 'error', args })
  }
  for (const step of failedSteps('policy', problems)) add(step)
  if (profile.pin === 'never') {
    const text = `profile ${name} does not pin, so the filter does not resolve it`
    add({ name: 'policy', status: 'info', text })
  }
  return problems
}
