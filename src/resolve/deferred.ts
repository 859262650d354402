import type { Resolver } from '../plan/resolver.ts'

/**
 * A resolver that is made when it is first asked: a run that has no question pays nothing for the code that could answer.
 * @param make is called once at most
 */
export function deferred(make: () => Promise<Resolver>): Resolver {
  let made: Promise<Resolver> | undefined
  return {
    resolve: async (reference, options) => {
      made ??= make()
      return (await made).resolve(reference, options)
    },
  }
}
