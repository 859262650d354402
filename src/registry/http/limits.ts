/**
 * The limits of requests to registries and token servers: timeouts in milliseconds, sizes in bytes, and counts.
 * `docs/registries.md` explains them.
 */
export interface Limits {
  /** For connecting and the TLS handshake together. */
  readonly connectTimeout: number
  /** From sending a request to the headers of its response. */
  readonly headersTimeout: number
  /** Between two chunks of a response's body. */
  readonly bodyTimeout: number
  /** For resolving one image at one endpoint: all requests, retries and waits together. */
  readonly imageTimeout: number
  /** How often a request is sent at most; 1 for no retries. */
  readonly maxAttempts: number
  /** The longest wait before a retry, in milliseconds. If `Retry-After` is longer, there is no retry. */
  readonly maxRetryAfter: number
  /** The number of redirects in a row that are followed from an endpoint; token servers have a limit of their own. */
  readonly maxRedirects: number
  /** The size of a manifest. */
  readonly maxManifestBytes: number
  /** The number of pages that are read of a list of referrers. */
  readonly maxReferrerPages: number
  /** The number of objects that are looked at in one search for attachments, as in cosign. */
  readonly maxAttachments: number
  /** The size of one attached object. */
  readonly maxAttachmentBytes: number
  /** The size of all attached objects of one search together. */
  readonly maxAttachedBytes: number
  /** The size of a token server's response. */
  readonly maxTokenBytes: number
  /** The size of a body that is read if the status is not 2xx; the rest is ignored. */
  readonly maxErrorBytes: number
  /**
   * The number of HTTP/1.1 connections to one host, and besides of connections for single requests
   * (`needsNewConnection`).
   */
  readonly maxConnections: number
}

/** The limits of the command and the library; only tests use others. */
export const DEFAULT_LIMITS: Limits = {
  connectTimeout: 10_000,
  headersTimeout: 30_000,
  bodyTimeout: 30_000,
  imageTimeout: 90_000,
  maxAttempts: 4,
  maxRetryAfter: 60_000,
  maxRedirects: 5,
  maxManifestBytes: 8 * 1024 * 1024,
  maxReferrerPages: 32,
  maxAttachments: 1000,
  // A bundle with a signature has a few kilobytes, one with an SBOM several megabytes.
  maxAttachmentBytes: 8 * 1024 * 1024,
  maxAttachedBytes: 32 * 1024 * 1024,
  maxTokenBytes: 128 * 1024,
  maxErrorBytes: 64 * 1024,
  maxConnections: 32,
}

/** Formats a limit of bytes for a message: `8 MiB`. */
export function formatMebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`
}
