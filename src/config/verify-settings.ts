import type { ImagePattern } from '../reference/pattern.ts'

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

/** What a profile demands of the images that match, compiled. The first rule that matches an image decides. */
export interface VerifyRule {
  /** Its name in the configuration; without one, `verify[0]`. */
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
