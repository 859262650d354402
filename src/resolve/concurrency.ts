import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { Verifier } from '../plan/verifier.ts'
import type { Reference } from '../reference/reference.ts'
import { addAbortListener } from '../registry/http/clock.ts'

/** How many images may be resolved at the same time. */
export interface ConcurrencyLimits {
  /** For each registry that is not in `byRegistry`. */
  readonly perRegistry: number
  /** For all registries together. */
  readonly inAll: number
  /** By the registry's name in references, such as `docker.io`. */
  readonly byRegistry?: ReadonlyMap<string, number>
}

/**
 * The limits without settings, as measured in `docs/decisions/0033-http-2.md`. Registries limit requests per minute to
 * thousands, and an image costs one or two; over HTTP/2 a registry limits concurrent requests itself, and over HTTP/1.1
 * there are fewer connections.
 */
export const DEFAULT_CONCURRENCY: ConcurrencyLimits = { perRegistry: 128, inAll: 512 }

/**
 * Wraps a resolver to limit how many images are resolved at the same time. Further requests wait in order, and reject
 * with the reason of `options.signal` if it is aborted meanwhile.
 */
export function withConcurrencyLimit(inner: Resolver, concurrency?: ConcurrencyLimits): Resolver {
  const inTurn = limitConcurrency(concurrency)
  return {
    resolve: (reference, options) =>
      inTurn(reference, options.signal, () => inner.resolve(reference, options)),
  }
}

/** Wraps a verifier to limit how many images are verified at the same time, like `withConcurrencyLimit`. */
export function withVerifierLimit(inner: Verifier, concurrency?: ConcurrencyLimits): Verifier {
  const inTurn = limitConcurrency(concurrency)
  return {
    verify: (request) => inTurn(request.reference, request.signal, () => inner.verify(request)),
  }
}

/** Calls a task for an image when it is its turn. */
type InTurn = <T>(reference: Reference, signal: AbortSignal, task: () => Promise<T>) => Promise<T>

function limitConcurrency(concurrency: ConcurrencyLimits = DEFAULT_CONCURRENCY): InTurn {
  const inAll = semaphore(concurrency.inAll)
  const gates = new Map<string, Semaphore>()
  return async (reference, signal, task) => {
    const { domain } = reference
    const width = concurrency.byRegistry?.get(domain) ?? concurrency.perRegistry
    const atRegistry = gates.get(domain) ?? semaphore(width)
    gates.set(domain, atRegistry)
    try {
      return await atRegistry(signal, () => inAll(signal, task))
    } catch (error) {
      throw withImage(reference, error)
    }
  }
}

/**
 * Adds the image to an error of the run's deadline, which a waiting request gets before any registry was contacted.
 */
function withImage({ text: image, domain: registry }: Reference, error: unknown): unknown {
  const isUnnamed = error instanceof PinpullError && error.args['image'] === undefined
  return isUnnamed ? new PinpullError(error.code, { ...error.args, image, registry }) : error
}

type Semaphore = <T>(signal: AbortSignal, task: () => Promise<T>) => Promise<T>

/** @param permits how many tasks may run at the same time; the others wait in order */
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

/**
 * The limits according to the configuration file.
 *
 * @param registries the settings of registries; the host `*` is for every registry without a number of its own
 */
export function concurrencyOf(
  registries: readonly { readonly host: string; readonly concurrency?: number }[],
): ConcurrencyLimits {
  const byRegistry = new Map(
    registries.flatMap(({ host, concurrency }) =>
      concurrency === undefined ? [] : [[host, concurrency] as const],
    ),
  )
  return {
    ...DEFAULT_CONCURRENCY,
    perRegistry: byRegistry.get('*') ?? DEFAULT_CONCURRENCY.perRegistry,
    byRegistry,
  }
}
