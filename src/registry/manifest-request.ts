import { digestFault } from '../reference/digest.ts'
import { type Digest, effectiveTag, type Reference } from '../reference/reference.ts'
import type { RegistryFailure } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository } from './hosts/endpoint.ts'
import type { Clock } from './http/clock.ts'
import type { HttpAnswer } from './http/http.ts'
import type { Limits } from './http/limits.ts'
import { askedWait } from './http/retry.ts'
import { statusFailure } from './http/status.ts'

/**
 * Sends a request with credentials, retries and redirects taken care of. `attempts`: how often at most, where that is less
 * than the limit.
 */
export type Fetch = (
  method: 'GET' | 'HEAD',
  url: URL,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  attempts?: number,
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
 * The digests in the answer's headers, each once: a proxy may add its own to the registry's, on a line of its own or with a
 * comma. What is no digest counts as none (Huawei Cloud's registry leaves `sha256:` out), and so does a digest in an
 * algorithm that is not used for content.
 */
export function statedDigests(answer: HttpAnswer): readonly Digest[] {
  const values = (answer.headers['docker-content-digest'] ?? []).flatMap((line) => line.split(','))
  const digests = values.map((value) => value.trim())
  return [...new Set(digests)].filter(
    (value): value is Digest => /^sha(?:256|512):/.test(value) && digestFault(value) === undefined,
  )
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
