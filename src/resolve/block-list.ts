import { PinpullError } from '../diagnostics/errors.ts'
import type { FindRegistryBlock, Resolver } from '../plan/resolver.ts'
import type { RegistriesConf } from '../registry/hosts/registries-conf.ts'

/**
 * Reads which registries a `registries.conf` of the nodes blocks (`blocked = true`).
 *
 * @returns finds the error for an image, such as REGISTRY_BLOCKED; undefined if nodes may pull it
 * @throws {PinpullError} REGISTRY_HOSTS_INVALID if the file is invalid, at once and not only for an image
 */
export async function readBlockList(conf: RegistriesConf): Promise<FindRegistryBlock> {
  const invalid = await errorOf(() => conf.credentialHelpers())
  if (invalid !== undefined) throw new PinpullError(invalid.code, invalid.args, { cause: invalid })
  return async (reference) => {
    const failure = await errorOf(() => conf.endpoints(reference))
    if (failure === undefined) return undefined
    const { code, args } = failure
    const about = { image: reference.text, registry: reference.domain }
    return new PinpullError(code, { ...args, ...about }, { cause: failure })
  }
}

async function errorOf(act: () => Promise<unknown>): Promise<PinpullError | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (error instanceof PinpullError) return error
    throw error
  }
}

/**
 * Wraps a resolver to reject images of blocked registries, even if a lock file, cache or mirror has their digest, since
 * nodes do not pull them.
 *
 * @param inner resolves all other images
 * @param blockOf finds the error for a blocked image; without it, `inner` is returned
 */
export function withBlockList(inner: Resolver, blockOf: FindRegistryBlock | undefined): Resolver {
  if (blockOf === undefined) return inner
  return {
    async resolve(reference, options) {
      const block = await blockOf(reference)
      if (block !== undefined) throw block
      return await inner.resolve(reference, options)
    },
  }
}
