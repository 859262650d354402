/** All limits for registries, in milliseconds and bytes; `docs/registries.md` explains them. */
export interface Limits {
  /** For connecting, TLS included. */
  readonly connect: number
  /** From the request to the first byte of its response. */
  readonly headers: number
  /** Between two chunks of a body. */
  readonly body: number
  /** For all requests for one image, retries and waits included. */
  readonly image: number
  /** The number of attempts for a request. */
  readonly attempts: number
  /** The longest `Retry-After` that is honoured. */
  readonly retryAfter: number
  readonly redirects: number
  readonly manifestBytes: number
  readonly tokenBytes: number
  readonly errorBytes: number
  /** HTTP/1.1 connections to one host. */
  readonly connections: number
}

export const DEFAULT_LIMITS: Limits = {
  connect: 10_000,
  headers: 30_000,
  body: 30_000,
  image: 90_000,
  attempts: 4,
  retryAfter: 60_000,
  redirects: 5,
  manifestBytes: 8 * 1024 * 1024,
  tokenBytes: 128 * 1024,
  errorBytes: 64 * 1024,
  connections: 32,
}
