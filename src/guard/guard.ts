import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Lock } from '../lock/lock.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import { formatYaml } from '../yaml/yaml-text.ts'
import type { GuardOptions } from './guard-options.ts'
import { limitDiagnostics } from './limits.ts'
import { composeLockConfigMap, lockData } from './lock-config-map.ts'
import { composeMutatingPolicy } from './mutating-policy.ts'
import { profileRefusals } from './profile-keys.ts'
import { refusalDiagnostic } from './refusal.ts'
import { compileChecks, composeValidatingPolicy } from './validating-policy.ts'

/** A lock file that a guard uses. */
export interface GuardLock {
  readonly lock: Lock
  /** Its name, for messages. */
  readonly file: string
}

/** A compiled guard. */
export interface Guard {
  /** The objects as a YAML stream, the same for the same input; undefined if there is an error. */
  readonly manifests: string | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Compiles a profile into admission policies that the API server evaluates itself: what `pinpull check` reports as an error is
 * refused, and what it reports as a warning is a warning of the API server. A profile is compiled as a whole or not at all.
 * @param lock the lock file; required with `pin` and `onlyLocked`
 */
export function compileGuard(profile: Profile, options: GuardOptions, lock: GuardLock | undefined): Guard {
  const { name, pin, onlyLocked } = options
  const refusals = [...profileRefusals(profile, onlyLocked), ...lockRefusals(profile, options)]
  if (refusals.length > 0) {
    return failed(refusals.map((refusal) => refusalDiagnostic(refusal, profile.name)))
  }
  const denied = lock === undefined ? [] : deniedEntries(profile, lock)
  if (denied.length > 0) return failed(denied)
  const lookups = { tags: pin || profile.output === 'as-written', digests: onlyLocked }
  const data = lock === undefined ? undefined : lockData(lock.lock, profile.platform, lookups)
  if (lock !== undefined && data?.kind === 'unfit') {
    const args = { file: lock.file, reason: data.reasons.join('; ') }
    return failed([{ code: 'GUARD_LOCK_UNFIT', severity: 'error', args }])
  }
  const errors = compileChecks(profile, 'error', options)
  const warnings = compileChecks(profile, 'warning', options)
  const warningsName = `${name}-warnings`
  const objects: JsonValue[] = [
    ...(data?.kind === 'data' ? [composeLockConfigMap(data.data, options)] : []),
    ...(pin ? composeMutatingPolicy(profile, options) : []),
    ...(errors === undefined ? [] : composeValidatingPolicy(errors, name, options.actions, options)),
    ...(warnings === undefined
      ? []
      : composeValidatingPolicy(warnings, warningsName, ['Warn', 'Audit'], options)),
  ]
  const tooLarge = limitDiagnostics(objects, profile.name)
  if (tooLarge.length > 0) return failed(tooLarge)
  return {
    manifests: objects.map((object) => formatYaml(object)).join('---\n'),
    diagnostics:
      errors === undefined && !onlyLocked
        ? [{ code: 'GUARD_DENIES_NOTHING', severity: 'warning', args: { profile: profile.name } }]
        : [],
  }
}

/** A guard that admits only locked digests, or pins by them, may not have one that is denied. */
function deniedEntries({ denyDigests }: Profile, { lock }: GuardLock): Diagnostic[] {
  return lock.entries.flatMap(({ reference: image, digest: its }): Diagnostic[] => {
    const digest = denyDigests?.get(its)
    return digest === undefined ? [] : [{ code: 'DIGEST_DENIED', severity: 'error', args: { image, digest } }]
  })
}

function failed(diagnostics: readonly Diagnostic[]): Guard {
  return { manifests: undefined, diagnostics }
}

/** The lock says which digest an image gets: a profile that writes none contradicts it. */
function lockRefusals(profile: Profile, { pin, onlyLocked }: GuardOptions) {
  const option = pin ? '--pin' : '--only-locked'
  const advice = `leave out ${option}, or choose a profile that pins`
  const refuse = (setting: string, reason: string) => [{ setting, reason, advice }]
  if ((pin || onlyLocked) && profile.pin === 'never') {
    return refuse('pin: never', `${option} is about the digests that a profile pins`)
  }
  return pin && profile.output === 'as-written'
    ? refuse('output: as-written', 'it leaves tags as they are, and --pin writes digests')
    : []
}
