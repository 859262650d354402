import { relative, resolve } from 'node:path'
import type { Profile } from '../../config/profile.ts'
import { parseVerifyRule, type VerifySpec } from '../../config/verify-settings.ts'
import type { PolicyCode } from '../../diagnostics/codes/policy.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import type { Flags } from '../options/flags.ts'
import { configFolder, type Session } from './session.ts'

/** What a command line demands instead of the profile, with the names that cosign has for it. */
export interface DemandFlags extends Pick<Flags, 'key' | 'trustedRoot'> {
  readonly certificateIdentity?: string | undefined
  readonly certificateOidcIssuer?: string | undefined
  readonly transparencyLog?: 'required' | 'optional' | undefined
}

/** An image that nobody verified is an error, whatever the profile says: a proof may not pass over it. */
export function withStrictVerification(profile: Profile): Profile {
  return { ...profile, findings: { ...profile.findings, IMAGE_UNVERIFIED: 'error' } }
}

/** What is no matter of signatures: `pinpull check` reports it. */
const OFF: readonly PolicyCode[] = [
  'PULL_POLICY_UNWANTED',
  'PULL_POLICY_IMPLICIT',
  'PULL_POLICY_OFFLINE',
  'PULL_POLICY_NEVER_MUTABLE',
  'PULL_POLICY_UNSUPPORTED',
  'PULL_POLICY_INVALID',
  'IMMUTABLE_TEMPLATE',
  'IMAGE_PLATFORM_MISSING',
  'IMAGE_PULL_SECRET_MISSING',
]

/** What hides an image, which then is not verified. */
const ERRORS: readonly PolicyCode[] = ['FIELD_UNKNOWN', 'FIELD_OPTIONAL', 'IMAGE_UNREADABLE']

/**
 * Makes the profile with which every image is resolved and verified, and nothing else is judged. Names, platform, exclusions and
 * annotations are those of the profile.
 */
export function verifyingProfile(profile: Profile): Profile {
  const severities = [
    ...OFF.map((code) => [code, 'off'] as const),
    ...ERRORS.map((code) => [code, 'error'] as const),
  ]
  return withStrictVerification({
    ...profile,
    pin: profile.pin === 'locked' ? 'locked' : 'always',
    output: 'as-written',
    rules: [],
    mutableTags: { untagged: 'allow', latest: 'allow', floating: 'allow' },
    allowedRegistries: [],
    unresolved: 'deny',
    invalid: 'deny',
    placeholders: 'deny',
    findings: { ...profile.findings, ...Object.fromEntries(severities) },
  })
}

/**
 * Replaces what the profile demands by what the command line demands of every image.
 * @returns the profile itself if the command line demands nothing
 * @throws {UsageError} USAGE for a subject without an issuer, or the other way round, and for settings without a signer
 */
export function withDemandOf(flags: DemandFlags, session: Session<Flags>): Profile {
  const { profile } = session
  const { key: keys = [], certificateIdentity: subject, certificateOidcIssuer: issuer } = flags
  const { trustedRoot, transparencyLog } = flags
  if ((subject === undefined) !== (issuer === undefined)) {
    const reason = '--certificate-identity and --certificate-oidc-issuer need each other'
    throw new UsageError('USAGE', { reason })
  }
  const identities = subject === undefined || issuer === undefined ? [] : [{ subject, issuer }]
  if (keys.length + identities.length === 0) {
    if (trustedRoot === undefined && transparencyLog === undefined) return profile
    const option = trustedRoot === undefined ? '--transparency-log' : '--trusted-root'
    const reason = `${option} needs --key or --certificate-identity; what a profile demands is set in the configuration`
    throw new UsageError('USAGE', { reason })
  }
  const spec: VerifySpec = {
    name: 'the command line',
    images: '**',
    identities,
    keys: keys.map((path) => fromConfigFolder(path, session)),
    ...(transparencyLog === undefined ? {} : { transparencyLog }),
    ...(trustedRoot === undefined ? {} : { trustedRoot: fromConfigFolder(trustedRoot, session) }),
  }
  return { ...profile, verify: [parseVerifyRule(spec, 'the command line', {})] }
}

/** Files of rules are relative to the folder of the configuration, those of options to the working directory. */
function fromConfigFolder(path: string, session: Session<Flags>): string {
  const folder = configFolder(session)
  const absolute = resolve(session.io.cwd, path)
  return resolve(folder, path) === absolute ? path : relative(folder, absolute)
}
