import type { KeyName } from '../support/cosign.ts'
import type { TestImage } from './image.ts'
import type { Sigstore } from './sigstore.ts'

/** What is demanded of an image. */
export interface Demand {
  /** Either this or an identity. */
  readonly key?: KeyName
  readonly identity?: { readonly subject: string; readonly issuer: string }
  /** Whose trusted root is used. With a key: the log that must have the signature; without, none is asked. */
  readonly root?: RootName
  /** A predicate type, where an attestation is demanded instead of a signature. */
  readonly attestation?: { readonly type: string; readonly builder?: string }
  /** Signatures are looked for in this repository of the same registry. */
  readonly repository?: string
  /** In cosign's policy language CUE, what the demand says of the predicate. */
  readonly policy?: string
}

/**
 * The deployments of Sigstore, by name: `late` has a log that is an hour ahead of its certificates, `bare` issues certificates
 * without a timestamp of a log, and `other` is somebody else's. The others are roots made from that of `ours`.
 */
export type SigstoreName = 'ours' | 'late' | 'bare' | 'other'
export type RootName = SigstoreName | 'no log' | 'no authority' | 'authority over' | 'log over'
export type Sigstores = Readonly<Record<SigstoreName, Sigstore>>

/** What Pinpull says: `verified`, or the code of the error. */
export type Verdict = 'verified' | 'SIGNATURE_MISSING' | 'SIGNATURE_INVALID'

/** One image, what is attached to it, and what both programs say. */
export interface Row {
  /** Also the name of its repository. */
  readonly name: string
  /** Where it is tried. Default: in the registry without the referrers API. */
  readonly registries?: readonly ('fallback' | 'native')[]
  /** @returns the image to verify, if it is not the tag */
  readonly attach: (image: TestImage, sigstores: Sigstores) => Promise<string> | Promise<void>
  readonly demand: Demand
  /** The exit code of cosign: 10 nothing found, 12 no signature fits, 1 another error, which is what it says for bundles. */
  readonly cosign: 0 | 1 | 10 | 12
  readonly pinpull: Verdict
  /** Why they differ, where they do. */
  readonly differs?: string
}

export const BOTH: readonly ('fallback' | 'native')[] = ['fallback', 'native']
