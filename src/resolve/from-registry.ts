import { credentialSource } from '../credentials/credential.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { RegistryClient } from '../registry/client.ts'

/**
 * Resolves by asking registries.
 *
 * @param load gives the client when something is first asked: until then, no network code is loaded
 */
export function fromRegistry(load: () => Promise<RegistryClient>): Resolver {
  let client: Promise<RegistryClient> | undefined
  return {
    async resolve(reference, { platform, wantPlatforms, anonymous, signal }) {
      client ??= load()
      const { descriptor, endpoint, credential } = await (await client).resolve(reference, {
        ...(platform === undefined ? {} : { platform }),
        platforms: wantPlatforms ?? false,
        anonymous: anonymous ?? false,
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
