import type { TrustMaterial } from '@sigstore/verify'
import type { PublicKey } from './demand.ts'
import { Refusal } from './refusal.ts'
import type { TrustedRoot } from './trusted-root.ts'

/** What the library verifies with, and what reasons call it. */
export interface NamedTrust extends TrustMaterial {
  readonly name: string
}

/**
 * Makes what the library verifies with.
 * @param key the one that signed; absent if a certificate did
 */
export function libraryTrust(root: TrustedRoot, key?: PublicKey): NamedTrust {
  return {
    ...root,
    publicKey: () => {
      if (key === undefined) throw new Refusal('it is signed with a key')
      return { publicKey: key.key, validFor: () => true }
    },
  }
}
