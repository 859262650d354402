import { type Code, exitClassOf } from '../diagnostics/catalogue.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolution, Resolver } from '../plan/resolver.ts'

/**
 * Failures that concern one repository only. After any other failure of class `external`, the registry counts as
 * unreachable.
 */
const OF_ONE_REPOSITORY: ReadonlySet<Code> = new Set<Code>([
  'CREDENTIAL_MISSING',
  'CREDENTIAL_REJECTED',
  'CREDENTIAL_INSUFFICIENT',
  'REGISTRY_DENIED',
  'REGISTRY_REFUSED',
])

/**
 * Asks a registry past its mirrors for one image first, and for no other where it cannot be reached: clusters that depend
 * on a mirror often cannot reach the registry at all, and each question would wait until it has timed out. Everything else
 * is asked as it comes.
 */
export function sparingOutages(inner: Resolver): Resolver {
  /** By registry, what asking it for the first time came to: an error where it cannot be reached. */
  const outages = new Map<string, Promise<PinpullError | undefined>>()
  return {
    async resolve(reference, options) {
      if (options.bypassMirrors !== true) return inner.resolve(reference, options)
      const known = outages.get(reference.domain)
      if (known === undefined) {
        const answer = inner.resolve(reference, options)
        outages.set(reference.domain, outageOf(answer))
        return answer
      }
      const outage = await known
      if (outage === undefined) return inner.resolve(reference, options)
      throw new PinpullError(outage.code, { ...outage.args, image: reference.text }, { cause: outage })
    },
  }
}

async function outageOf(answer: Promise<Resolution>): Promise<PinpullError | undefined> {
  try {
    await answer
    return undefined
  } catch (error) {
    if (!(error instanceof PinpullError) || OF_ONE_REPOSITORY.has(error.code)) return undefined
    return exitClassOf(error.code) === 'external' ? error : undefined
  }
}
