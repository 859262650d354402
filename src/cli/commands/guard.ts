import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { compileGuard } from '../../guard/guard.ts'
import type { GuardAction } from '../../guard/guard-options.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { ArgumentError } from '../options/option.ts'
import { type KubernetesVersion, parseGuardName } from '../options/values.ts'
import { openLock, shownPath, withLock } from '../session/lock.ts'
import { openSignatures } from '../session/lock-signatures.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'
import { openVerifier } from '../session/verifier.ts'
import { verifyEntries } from './lock/verified-entries.ts'

interface GuardFlags extends Flags {
  readonly action?: readonly GuardAction[] | undefined
  readonly exemptNamespace?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly namespace?: string | undefined
  readonly kubernetes?: KubernetesVersion | undefined
  readonly onlyLocked?: boolean | undefined
  readonly pin?: boolean | undefined
}

/** The first minor version of Kubernetes with `admissionregistration.k8s.io/v1` of each policy, on by default. */
const SINCE = { validating: 30, mutating: 36 } as const

/**
 * `pinpull guard`: prints a profile as admission policies of Kubernetes. No cluster and no registry is contacted.
 * @returns the exit code
 * @throws {UsageError} USAGE for options that contradict each other or need a newer Kubernetes, or if the policies need a name; LOCK_ABSENT
 */
export async function guard(flags: GuardFlags, io: Io): Promise<number> {
  const session = openSession(flags, io)
  const { pin = false, onlyLocked = false } = flags
  checkUsage(flags)
  const usesLock = pin || onlyLocked
  // A lock file also knows the manifests of denied indexes, and the indexes of denied manifests.
  const file = usesLock || session.profile.denyDigests !== undefined ? openLock(session, usesLock) : undefined
  const problems = file?.diagnostics ?? []
  if (problems.length > 0) {
    printDiagnostics(problems, session)
    return exitCodeOf(problems)
  }
  const unverified = usesLock ? await verifyLocked(file, session) : []
  if (exitCodeOf(unverified) !== EXIT.done) {
    printDiagnostics(unverified, session)
    return exitCodeOf(unverified)
  }
  const { manifests, diagnostics } = compileGuard(
    withLock(session.profile, file?.lock),
    {
      name: flags.name ?? defaultName(session.profile.name),
      actions: flags.action ?? ['Warn', 'Audit'],
      exemptNamespaces: flags.exemptNamespace ?? [],
      pin,
      onlyLocked,
      namespace: flags.namespace ?? LOCK_NAMESPACE,
    },
    usesLock && file ? { lock: file.lock, file: shownPath(file.path, io) } : undefined,
  )
  printDiagnostics([...unverified, ...diagnostics], session)
  if (manifests === undefined) return exitCodeOf(diagnostics)
  io.writeOutput(manifests)
  return EXIT.done
}

/**
 * Verifies the locked digests by what is stored with the lock file, since the policies let through what it has: anybody who changes it could
 * have written another digest there. No registry is asked.
 */
async function verifyLocked(
  file: LockFile | undefined,
  session: Session<Flags>,
): Promise<readonly Diagnostic[]> {
  if (file === undefined || session.profile.verify.length === 0) return []
  const signatures = openSignatures(session, openVerifier(session, file, {}))
  const { signal } = new AbortController()
  return (await verifyEntries({ file, signatures, signal }, file.lock.entries)).diagnostics
}

function defaultName(profile: string): string {
  try {
    return parseGuardName(`pinpull-${profile}`)
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    throw usage(`the policies cannot have the default name: ${error.message}; choose one with --name`)
  }
}

/** It exists in every cluster, and only its administrators may write there. */
const LOCK_NAMESPACE = 'kube-system'

function checkUsage({ kubernetes, pin, onlyLocked, namespace }: GuardFlags): void {
  const usesLock = pin === true || onlyLocked === true
  if (kubernetes !== undefined && kubernetes < SINCE.validating) {
    throw usage(
      `Kubernetes 1.${kubernetes} has no ValidatingAdmissionPolicy, which is in 1.${SINCE.validating} and later`,
    )
  }
  if (pin === true && kubernetes !== undefined && kubernetes < SINCE.mutating) {
    throw usage(
      `--pin needs MutatingAdmissionPolicy, which is in Kubernetes 1.${SINCE.mutating} and later, not in 1.${kubernetes}`,
    )
  }
  if (!usesLock && namespace !== undefined) {
    throw usage('--namespace is for the ConfigMap with the lock, which only --only-locked and --pin write')
  }
}

function usage(reason: string): UsageError {
  return new UsageError('USAGE', { reason })
}
