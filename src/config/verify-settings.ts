import { normalizeHost } from '../reference/docker-hub.ts'
import { type ImagePattern, parseImagePattern } from '../reference/pattern.ts'
import type { Reference } from '../reference/reference.ts'
import { listOf, type OneOrMany } from './matcher.ts'

/** Who may sign with a certificate. Issuer and `subject` are compared as they are written, as a whole. */
export interface SignerIdentity {
  readonly issuer: string
  /** Either this or `subjectPattern`. */
  readonly subject?: string
  /** `*` stands for any characters but `/`, `**` for any characters; the pattern matches the whole subject. */
  readonly subjectPattern?: string
}

/** An attestation that an image must have. */
export interface RequiredAttestation {
  /** The predicate type: `https://slsa.dev/provenance/v1`. */
  readonly type: string
  /** The builder's id in a SLSA provenance, compared as it is written. */
  readonly builder?: string
  /** The repository that the image was built from: `github.com/acme/web`. */
  readonly source?: string
}

/** An entry of `verify` as it is written in a profile. `VerifyRule` explains the settings. */
export interface VerifySpec extends VerifyDefaults {
  readonly name?: string
  /** Patterns of image names, without tags: a tag is chosen by the manifest, and could avoid the entry. */
  readonly images: OneOrMany<string>
  /** With neither identities nor keys, which only `mode: warn` may have, nothing is verified, and a warning says so. */
  readonly identities?: readonly SignerIdentity[]
  readonly keys?: readonly string[]
  readonly attestations?: readonly RequiredAttestation[]
  readonly transparencyLog?: 'required' | 'optional'
  readonly mode?: 'enforce' | 'warn'
}

/** The settings of an entry that a profile may have for all of its entries. */
export interface VerifyDefaults {
  readonly trustedRoot?: string | undefined
  readonly signatureRepository?: string | undefined
}

/** What a profile demands of the images that match, compiled. The first rule that matches an image decides. */
export interface VerifyRule {
  /** Its name in the configuration; without one, `prod.verify[0]`. */
  readonly label: string
  readonly patterns: readonly ImagePattern[]
  /** Any one of the identities or keys suffices. */
  readonly identities: readonly SignerIdentity[]
  /** PEM files, relative to the configuration's folder. */
  readonly keys: readonly string[]
  /** All of them are required, each signed by one of the identities or keys. If there are none, a signature is required. */
  readonly attestations: readonly RequiredAttestation[]
  readonly transparencyLog: 'required' | 'optional'
  /** `enforce`: an image that does not verify is an error; `warn`: a warning. */
  readonly mode: 'enforce' | 'warn'
  /** A trusted root, relative to the configuration's folder; absent for the public one. */
  readonly trustedRoot?: string
  /** The repository that holds the signatures, if it is another than the image's: `registry.example.com/signatures`. */
  readonly signatureRepository?: string
}

/** A rule of a profile, which knows how it is written. */
export interface ProfileVerifyRule extends VerifyRule {
  readonly spec: VerifySpec
}

/**
 * Compiles an entry of `verify`.
 * @param spec must be valid
 * @param fallback the label of an entry without a name
 * @param defaults the profile's own settings, for what the entry does not set
 */
export function parseVerifyRule(
  spec: VerifySpec,
  fallback: string,
  defaults: VerifyDefaults,
): ProfileVerifyRule {
  const { trustedRoot = defaults.trustedRoot, signatureRepository = defaults.signatureRepository } = spec
  return {
    spec,
    label: spec.name ?? fallback,
    patterns: listOf(spec.images).map(parseImagePattern),
    identities: spec.identities ?? [],
    keys: spec.keys ?? [],
    attestations: spec.attestations ?? [],
    transparencyLog: spec.transparencyLog ?? 'required',
    mode: spec.mode ?? 'enforce',
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
    ...(signatureRepository === undefined ? {} : { signatureRepository }),
  }
}

/**
 * Finds the rule that decides about an image: the first that matches. Another spelling of the registry's host, such as `GHCR.IO` or
 * `ghcr.io:443`, is the same registry: whoever writes a manifest must not choose the rule by it.
 * @param reference with its original name (`originalReference`)
 */
export function findVerifyRule<R extends VerifyRule>(
  rules: readonly R[],
  reference: Reference,
): R | undefined {
  const canonical = withCanonicalHost(reference)
  const withPort = { ...canonical, domain: `${canonical.domain}:443` }
  const spellings = [reference, canonical, ...(/:\d+$/.test(canonical.domain) ? [] : [withPort])]
  return rules.find(({ patterns }) =>
    patterns.some((pattern) => spellings.some((spelling) => pattern.matches(spelling))),
  )
}

/** Spells the host of a reference in the one way that is the same for all spellings: in lower case, and with its port only if that is not 443. */
export function withCanonicalHost(reference: Reference): Reference {
  const [, host = '', port] = /^(.*?)(?::0*(\d+))?$/.exec(reference.domain) ?? []
  const domain = normalizeHost(port === undefined || port === '443' ? host : `${host}:${port}`)
  return domain === reference.domain ? reference : { ...reference, domain }
}

/** Whether a rule says who may sign. One that does not only has images reported as unverified. */
export function hasSigners({ identities, keys }: Pick<VerifyRule, 'identities' | 'keys'>): boolean {
  return identities.length > 0 || keys.length > 0
}
