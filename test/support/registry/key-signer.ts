import { SIGNATURE_TYPE, signatureLayer, signedBundle, signingKey } from '../signing.ts'
import { bundleReferrer, type Layer, pushReferrers, pushUnderTag } from './attached.ts'
import type { TestRegistry } from './registry.ts'

/** Signs images with a key as `cosign sign --key --tlog-upload=false` does; it shares no code with what verifies them. */
export interface KeySigner {
  /** PEM, as in `cosign.pub`. */
  readonly publicKey: string
  /** A bundle with a signature, or with an attestation of a type. */
  bundle(digest: string, predicateType?: string, predicate?: object): string
  /** A layer of the tag `sha256-….sig`, the format of cosign 2. */
  signature(digest: string, dockerReference?: string): Layer
}

/** Makes a new key of the kind that cosign makes (ECDSA, P-256). */
export function createKeySigner(): KeySigner {
  const key = signingKey()
  return {
    publicKey: key.publicKey,
    bundle: (digest, predicateType = SIGNATURE_TYPE, predicate = {}) =>
      signedBundle(digest, key, predicateType, predicate),
    signature: (digest, dockerReference = '') => signatureLayer(digest, key, dockerReference),
  }
}

/** Attaches bundles to an image, as referrers behind the fallback tag. */
export function attachBundles(
  registry: TestRegistry,
  repository: string,
  digest: string,
  bundles: readonly string[],
): void {
  pushReferrers(
    registry,
    repository,
    digest,
    bundles.map((content) => bundleReferrer(digest, content)),
  )
}

/** Attaches signatures of the older format to an image, behind the tag `.sig`. */
export function attachSignatures(
  registry: TestRegistry,
  repository: string,
  digest: string,
  layers: readonly Layer[],
): void {
  pushUnderTag(registry, repository, digest, 'sig', layers)
}
