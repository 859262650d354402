import type { PinpullError } from '../diagnostics/errors.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'

/** Where a digest was found. */
export interface Origin {
  /** The registry itself, a mirror of it, the lock file, the cache on disk, or a local OCI image layout. */
  readonly kind: 'registry' | 'mirror' | 'lock' | 'cache' | 'layout'
  /** The host of the registry or mirror, also of one whose answer was cached; else the lock file or the layout. */
  readonly from: string
  /** Where the credential came from, such as a file or a helper, never the credential itself; absent for an anonymous request. */
  readonly credential?: string
  /** The line of the lock file's entry, from 1; absent for any other origin. */
  readonly line?: number | undefined
}

/** The result of resolving a reference: the manifest or index that it names, and where that was found. */
export interface Resolution {
  /** Describes the index, if the reference names one and no platform was requested; otherwise a manifest. */
  readonly descriptor: Descriptor
  readonly origin: Origin
}

/** The options for resolving one reference. */
export interface ResolveOptions {
  /** Resolves to the manifest of this platform instead of the index. */
  readonly platform?: Platform | undefined
  /** Also reads the platforms of an index (`descriptor.platforms`), which costs one GET. */
  readonly wantPlatforms?: boolean | undefined
  /** Contacts the registry even if the lock file or the cache has the digest; a lock file without a registry answers all the same. */
  readonly fresh?: boolean | undefined
  /** Contacts the registry without credentials. */
  readonly anonymous?: boolean | undefined
  /** Contacts the registry itself and none of its mirrors. */
  readonly bypassMirrors?: boolean | undefined
  /** Aborts the requests when the run ends early. */
  readonly signal: AbortSignal
}

/** Finds the digest of a reference, usually at its registry. Implemented in `resolve/`. */
export interface Resolver {
  /** Whether every answer comes from a file that was read, so that none has to be waited for, and no two have to be asked for at once. */
  readonly isLocal?: boolean | undefined
  /**
   * Resolves a reference: one without a tag as `latest`, one with a digest by its digest.
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts`, `credentials.ts` or `lock.ts`
   */
  resolve(reference: Reference, options: ResolveOptions): Promise<Resolution>
}

/**
 * Checks whether the nodes refuse to pull an image because their `registries.conf` blocks its registry or repository. It
 * takes the reference under its original name: see `originalReference`.
 * @returns the error to report; undefined if the image is not blocked
 */
export type FindRegistryBlock = (reference: Reference) => Promise<PinpullError | undefined>
