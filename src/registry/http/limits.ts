/** Every bound on what a registry may cost, in milliseconds and bytes; `docs/registries.md` explains them. */
export interface Limits {
  /** Until a connection stands, TLS included. */
  readonly connect: number
  /** From the request to the first byte of its answer. */
  readonly headers: number
  /** Between two pieces of a body. */
  readonly body: number
  /** For everything that one image needs, retries and waiting included. */
  readonly image: number
  /** How often a request is made before it has failed. */
  readonly attempts: number
  /** The longest wait that a registry may ask for. */
  readonly retryAfter: number
  readonly redirects: number
  readonly manifestBytes: number
  readonly tokenBytes: number
  readonly errorBytes: number
  /** Connections kept to one host over HTTP/1.1. */
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
