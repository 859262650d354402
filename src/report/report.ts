import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'

/** What was verified about the digest of an image before it was written. */
export interface VerifiedSigner {
  /** The entry of the profile's `verify` that demanded it. */
  readonly rule: string
  readonly by: 'key' | 'identity'
  /** The subject of the signer's certificate, or the file of the key as the configuration has it. */
  readonly signer: string
  /** Who vouches for the subject; absent for a key. */
  readonly issuer?: string | undefined
  /** The earliest verified time of the signature (ISO 8601, UTC); absent without a log entry or timestamp. */
  readonly at?: string | undefined
  /** The host of the registry or mirror, or the lock file, that the signature came from. */
  readonly from: string
  /** The attestations that were demanded and verified; absent for a signature. */
  readonly attestations?: readonly VerifiedAttestation[] | undefined
}

/** An attestation that was verified. */
export interface VerifiedAttestation {
  /** The predicate type: `https://slsa.dev/provenance/v1`. */
  readonly type: string
  readonly builder?: string | undefined
  readonly source?: string | undefined
  /** Who signed it, if that is not the signer of the image. */
  readonly signedBy?: Pick<VerifiedSigner, 'by' | 'signer' | 'issuer'> | undefined
}

/** The result for one image field. */
export interface ImageEntry {
  readonly at: Location
  /** The rule that found the field: see `docs/image-fields.md`. */
  readonly rule: 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6' | 'R7'
  readonly image: string
  /** The value after the run; the same as `image` if it did not change. */
  readonly result: string
  readonly outcome: 'pinned' | 'kept' | 'failed'
  /** Why it was kept or failed, in a few words; absent if it was pinned. */
  readonly reason?: string
  readonly digest?: string
  /** Where the digest came from: the host of a registry or mirror, or the name of a file. */
  readonly origin?: string
  /** The kind of `origin`; absent without a digest from there. */
  readonly originKind?: 'registry' | 'mirror' | 'lock' | 'cache' | 'layout' | undefined
  /**
   * The platforms of the image, such as `linux/arm64`; absent if the run had no reason to read them, as for an image that is a
   * single manifest.
   */
  readonly platforms?: readonly string[] | undefined
  /** Who signed `digest`, if the profile demands that and it was verified; absent otherwise. */
  readonly verified?: VerifiedSigner | undefined
  /** What decided whether to pin: a profile, one of its rules, or an annotation. */
  readonly pinBy?: string
  /** The pull policy that the API server derives from `image` if none is set. */
  readonly policyDefault?: string
  /** What decided the pull policy: a profile, one of its rules, or an annotation. */
  readonly policyBy?: string
  /** The pull policy before the run; absent if none was set. */
  readonly policyBefore?: string
  /** The pull policy after the run; absent if none is set. */
  readonly policyAfter?: string
}

/** The result of a run: what every report format prints. */
export interface Report {
  readonly profile: string
  readonly images: readonly ImageEntry[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The outcome as printed for people: an image that is not pinned is unchanged, or renamed by a rewrite. */
export function formatOutcome({
  outcome,
  image,
  result,
}: Pick<ImageEntry, 'outcome' | 'image' | 'result'>): string {
  if (outcome !== 'kept') return outcome
  return image === result ? 'unchanged' : 'renamed'
}

/** The number of image fields whose digest was verified. */
export function countVerified(images: readonly ImageEntry[]): number {
  return images.filter(({ verified }) => verified !== undefined).length
}

/** The formats that a report can be written in. */
export type ReportFormat = 'text' | 'json' | 'yaml' | 'sarif' | 'junit' | 'markdown' | 'html' | 'github'
