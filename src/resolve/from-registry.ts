import { credentialSource } from '../credentials/keychain.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { RegistryClient } from '../registry/client.ts'

/** Resolves by asking registries. */
export function fromRegistry(client: RegistryClient): Resolver {
  return {
    async resolve(reference, { platform, wantPlatforms, anonymous, bypassMirrors, signal }) {
      const { descriptor, endpoint, credential } = await client.resolve(reference, {
        ...(platform === undefined ? {} : { platform }),
        platforms: wantPlatforms ?? false,
        anonymous: anonymous ?? false,
        bypassMirrors: bypassMirrors ?? false,
        signal,
      })
      const source = credentialSource(credential)
      return {
        descriptor,
        origin: {
          kind: endpoint.kind,
          from: endpoint.host,
          ...(source === undefined ? {} : { credential: source }),
        },
      }
    },
  }
}
