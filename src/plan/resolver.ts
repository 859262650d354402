import type { PinpullError } from '../diagnostics/errors.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'

/** Where an answer came from. */
export interface Origin {
  readonly kind: 'registry' | 'mirror' | 'lock' | 'cache' | 'layout'
  /** The host that answered, or the file. */
  readonly from: string
  /** How the registry was asked: with which source of credentials, never with which credential. Absent: anonymous. */
  readonly credential?: string
  /** Where a lock file answered: the line of its entry, from 1. */
  readonly line?: number | undefined
}

/** The answer to "what does this tag name now?". */
export interface Resolution {
  /** The index where the tag names one; a platform's manifest only where a platform was asked for. */
  readonly descriptor: Descriptor
  readonly origin: Origin
}

export interface ResolveOptions {
  /** Pin this platform's manifest rather than the index. */
  readonly platform?: Platform
  /** Also read an index's platforms (`descriptor.platforms`), which costs one GET. */
  readonly wantPlatforms?: boolean
  /** Ask a registry now, whatever a lock file or a cache knows: for checks, not for pinning. */
  readonly fresh?: boolean
  /** Ask with no credential, to learn whether the image is open to everybody. */
  readonly anonymous?: boolean
  /** Ask the registry that the reference names, and none of its mirrors. */
  readonly bypassMirrors?: boolean
  readonly signal: AbortSignal
}

/** The one port of the whole path that waits on the world. Implemented in `resolve/`. */
export interface Resolver {
  /**
   * Resolves a reference (an untagged one as `latest`; one with a digest by that digest).
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts`, `credentials.ts` or `lock.ts`
   */
  resolve(reference: Reference, options: ResolveOptions): Promise<Resolution>
}

/** Tells why nodes would not pull an image: an error with its code. Undefined where nothing is said against it. */
export type FindBlock = (reference: Reference) => Promise<PinpullError | undefined>
