import { PinpullError } from '../diagnostics/errors.ts'
import type { FindRegistryBlock, Resolver } from '../plan/resolver.ts'
import type { RegistriesConf } from '../registry/hosts/registries-conf.ts'

/**
 * Reads the blocked registries from a `registries.conf` of the nodes.
 *
 * @throws {PinpullError} REGISTRY_HOSTS_INVALID if the file is invalid, whether or not an image is looked up
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
 * A resolver that rejects images of blocked registries, whatever would resolve them: a digest in a lock file, a
 * cache or a mirror does not make the nodes pull them.
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
