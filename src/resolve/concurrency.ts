import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { Reference } from '../reference/reference.ts'
import { addAbortListener } from '../registry/http/clock.ts'

/** How many images are resolved at the same time. */
export interface ConcurrencyLimits {
  readonly perRegistry: number
  readonly inAll: number
  /** For registries that have a number of their own. */
  readonly byRegistry?: ReadonlyMap<string, number>
}

/**
 * Measured in `docs/decisions/0033-http-2.md`. The limits on requests a minute that registries have lie in the thousands,
 * and an image costs one or two; what a registry takes at a time it says itself over HTTP/2, and over HTTP/1.1
 * connections are fewer.
 */
export const DEFAULT_CONCURRENCY: ConcurrencyLimits = { perRegistry: 128, inAll: 512 }

/**
 * Lets only so many images be resolved at the same time: so many at one registry, whose limits on requests a minute are
 * strict, and so many in all. Whoever waits is served in turn, and gives up waiting when its signal is aborted.
 */
export function withConcurrencyLimit(
  inner: Resolver,
  concurrency: ConcurrencyLimits = DEFAULT_CONCURRENCY,
): Resolver {
  const inAll = semaphore(concurrency.inAll)
  const gates = new Map<string, Semaphore>()
  return {
    async resolve(reference, options) {
      const { domain } = reference
      const width = concurrency.byRegistry?.get(domain) ?? concurrency.perRegistry
      const atRegistry = gates.get(domain) ?? semaphore(width)
      gates.set(domain, atRegistry)
      try {
        return await atRegistry(options.signal, () =>
          inAll(options.signal, () => inner.resolve(reference, options)),
        )
      } catch (error) {
        throw withImage(reference, error)
      }
    },
  }
}

/** When the time for a run is over, whoever still waits has asked nobody who could say which image that is about. */
function withImage({ text: image, domain: registry }: Reference, error: unknown): unknown {
  const isUnnamed = error instanceof PinpullError && error.args['image'] === undefined
  return isUnnamed ? new PinpullError(error.code, { ...error.args, image, registry }) : error
}

type Semaphore = <T>(signal: AbortSignal, task: () => Promise<T>) => Promise<T>

/** Lets so many through at a time; the rest wait in order. */
function semaphore(width: number): Semaphore {
  let free = width
  const waiting: (() => void)[] = []
  return async (signal, pass) => {
    signal.throwIfAborted()
    if (free > 0) free--
    else await turn(waiting, signal)
    try {
      return await pass()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}

function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = (): void => {
      forget()
      resolve()
    }
    const forget = addAbortListener(signal, () => {
      waiting.splice(waiting.indexOf(enter), 1)
      reject(signal.reason)
    })
    waiting.push(enter)
  })
}
