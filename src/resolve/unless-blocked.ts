import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolver } from '../plan/resolver.ts'
import { RegistryFailure } from '../registry/failure.ts'
import type { RegistryHosts } from '../registry/hosts.ts'

/**
 * A resolver that refuses what a list of registries blocks, whoever would answer: a digest in a lock file or a cache does not make an
 * image one that the nodes pull.
 *
 * @param hosts the list; a registry that it says nothing of is not its concern
 */
export function unlessBlocked(inner: Resolver, hosts: RegistryHosts): Resolver {
  return {
    async resolve(reference, options) {
      try {
        await hosts.endpoints(reference)
      } catch (error) {
        if (!(error instanceof RegistryFailure)) throw error
        const about = { image: reference.text, registry: reference.domain }
        throw new PinpullError(error.code, { ...error.args, ...about }, { cause: error })
      }
      return await inner.resolve(reference, options)
    },
  }
}
