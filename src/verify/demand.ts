import type { KeyObject } from 'node:crypto'
import type { RequiredAttestation, SignerIdentity } from '../config/verify-settings.ts'
import type { Digest } from '../reference/reference.ts'
import type { TrustedRoot } from './trusted-root.ts'

/** What must be signed. */
export interface VerifySubject {
  /** The digest that is pinned: of an index, of a single manifest, or of one platform's manifest. */
  readonly digest: Digest
  /** If one platform is pinned: the index that names its manifest. A signature of the index counts as well. */
  readonly index?: Digest | undefined
  /**
   * The bytes that the digest is of. Only a message signature needs them, and cosign counts none for an image, so they are
   * left out for images.
   */
  readonly content?: Uint8Array | undefined
}

/** A public key, read. Made by `parsePublicKey`. */
export interface PublicKey {
  /** Its file, as the configuration writes it. */
  readonly name: string
  readonly key: KeyObject
}

/** What is demanded of an image: a rule of the configuration with its files read. */
export interface VerifyDemand {
  /** Any one of the identities or keys suffices. */
  readonly identities: readonly SignerIdentity[]
  readonly keys: readonly PublicKey[]
  /** All of them are required. If there are none, a signature is. */
  readonly attestations: readonly RequiredAttestation[]
  readonly transparencyLog: 'required' | 'optional'
  readonly trustedRoot: TrustedRoot
}
