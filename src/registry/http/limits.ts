/** All limits for registries, in milliseconds and bytes; `docs/registries.md` explains them. */
export interface Limits {
  /** For connecting, TLS included. */
  readonly connectTimeout: number
  /** From the request to the first byte of its response. */
  readonly headersTimeout: number
  /** Between two chunks of a body. */
  readonly bodyTimeout: number
  /** For all requests for one image, retries and waits included. */
  readonly imageTimeout: number
  /** The number of attempts for a request. */
  readonly maxAttempts: number
  /** The longest `Retry-After` that is honoured. */
  readonly maxRetryAfter: number
  readonly maxRedirects: number
  readonly maxManifestBytes: number
  readonly maxTokenBytes: number
  readonly maxErrorBytes: number
  /** HTTP/1.1 connections to one host. */
  readonly maxConnections: number
}

export const DEFAULT_LIMITS: Limits = {
  connectTimeout: 10_000,
  headersTimeout: 30_000,
  bodyTimeout: 30_000,
  imageTimeout: 90_000,
  maxAttempts: 4,
  maxRetryAfter: 60_000,
  maxRedirects: 5,
  maxManifestBytes: 8 * 1024 * 1024,
  maxTokenBytes: 128 * 1024,
  maxErrorBytes: 64 * 1024,
  maxConnections: 32,
}
