import type { PinpullError } from '../diagnostics/errors.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'

/** Where a digest came from. */
export interface Origin {
  readonly kind: 'registry' | 'mirror' | 'lock' | 'cache' | 'layout'
  /** The host of the registry or mirror, or the name of the file. */
  readonly from: string
  /** The source of the credential that was used, never the credential itself; absent for an anonymous request. */
  readonly credential?: string
  /** The line of the lock file's entry, from 1; absent for any other origin. */
  readonly line?: number | undefined
}

/** What a reference names now. */
export interface Resolution {
  /** The index, if the reference names one and no platform was requested; otherwise a manifest. */
  readonly descriptor: Descriptor
  readonly origin: Origin
}

export interface ResolveOptions {
  /** Resolves to the manifest of this platform instead of the index. */
  readonly platform?: Platform | undefined
  /** Also reads the platforms of an index (`descriptor.platforms`), which costs one GET. */
  readonly wantPlatforms?: boolean | undefined
  /** Requests the registry even if a lock file or a cache has the digest. */
  readonly fresh?: boolean | undefined
  /** Requests the registry without credentials. */
  readonly anonymous?: boolean | undefined
  /** Requests the registry itself and none of its mirrors. */
  readonly bypassMirrors?: boolean | undefined
  readonly signal: AbortSignal
}

/** Finds the digest of a reference: the only port of the path that waits. Implemented in `resolve/`. */
export interface Resolver {
  /**
   * Resolves a reference: one without a tag as `latest`, one with a digest by its digest.
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts`, `credentials.ts` or `lock.ts`
   */
  resolve(reference: Reference, options: ResolveOptions): Promise<Resolution>
}

/** Finds out whether nodes refuse to pull an image because its registry is blocked. Undefined: they do not refuse. */
export type FindRegistryBlock = (reference: Reference) => Promise<PinpullError | undefined>
