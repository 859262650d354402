import { digestFault } from '../reference/digest.ts'
import { effectiveTag } from '../reference/normalize.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import type { Clock } from './clock.ts'
import { type Endpoint, endpointRepository } from './endpoint.ts'
import type { RegistryFailure } from './failure.ts'
import { type HttpAnswer, header } from './http.ts'
import type { Limits } from './limits.ts'
import { askedWait } from './retry.ts'
import { statusFailure } from './status-failure.ts'

/** Sends a request with credentials, retries and redirects taken care of. */
export type Fetch = (
  method: 'GET' | 'HEAD',
  url: URL,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
) => Promise<HttpAnswer>

/** How one endpoint is asked about one image. */
export interface Asking {
  readonly endpoint: Endpoint
  readonly fetch: Fetch
  /** Where the credential in use was found. */
  readonly source: () => string | undefined
  readonly clock: Clock
  readonly limits: Limits
}

/**
 * The digest in the answer's header. One that is no digest counts as none (Huawei Cloud's registry leaves
 * `sha256:` out); a digest in an algorithm that is not used for content is none either.
 */
export function statedDigest(answer: HttpAnswer): Digest | undefined {
  const value = header(answer, 'docker-content-digest')
  return value !== undefined && /^sha(?:256|512):/.test(value) && digestFault(value) === undefined
    ? (value as Digest)
    : undefined
}

/** What an answer means that is not the manifest. */
export function failureOf(answer: HttpAnswer, reference: Reference, asking: Asking): RegistryFailure {
  const tag = effectiveTag(reference)
  return statusFailure(answer, {
    what: reference.digest === undefined ? `tag "${tag}"` : `digest ${reference.digest}`,
    repository: endpointRepository(asking.endpoint, reference),
    source: asking.source(),
    wait: askedWait(answer, asking.clock),
  })
}
