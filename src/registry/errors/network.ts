import { effectivePort } from '../../reference/server-url.ts'
import { sanitize } from './redact.ts'
import { RegistryError, type Server } from './registry-error.ts'

/**
 * The error for a URL from a server (a redirect or token server) whose host has an IP address that Pinpull must not
 * contact. The message says why; it has no `code`.
 */
export class UnsafeAddressError extends Error {}

/** Error codes of Node and OpenSSL for a certificate that no trusted authority has signed. */
const UNTRUSTED = new Set([
  // An authority with the same name but another key.
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/**
 * Error codes for a plain HTTP response in place of a TLS handshake; they differ by OpenSSL version and request.
 */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
])

/** Error codes of OpenSSL for a broken connection, as opposed to a server that violates TLS. */
const BROKEN_TLS = new Set([
  'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_BAD_RECORD_TYPE',
])

/** How far a request had got when it failed. */
export interface NetworkErrorContext {
  /** Whether the headers of the response had arrived. */
  readonly hasResponse?: boolean
  /**
   * Whether the request may be sent again at once: a connection that had carried other requests was closed, or the
   * server did not process the request (HTTP/2 GOAWAY, REFUSED_STREAM). It only counts for a temporary error.
   */
  readonly mayRetryAtOnce?: boolean
}

/**
 * Converts an error of Node's network modules to a `RegistryError` without a server; a `RegistryError` is returned as
 * it is. Temporary (`isTemporary`) are REGISTRY_SPEAKS_TLS (a request over plain HTTP got a TLS alert, or its
 * connection was reset, before a response) and REGISTRY_UNAVAILABLE (any other or unknown error). Final are
 * REGISTRY_TLS_UNTRUSTED, REGISTRY_TLS_INVALID, REGISTRY_SPEAKS_HTTP, REGISTRY_HOST_UNKNOWN (not found by DNS), and for
 * an `UnsafeAddressError` REGISTRY_UNSAFE_REALM if the role is `token server`, else REGISTRY_UNSAFE_REDIRECT.
 */
export function fromNetworkError(
  error: NodeJS.ErrnoException,
  { url, role }: { readonly url: URL; readonly role: Server['role'] },
  { hasResponse = false, mayRetryAtOnce = false }: NetworkErrorContext = {},
): RegistryError {
  if (error instanceof RegistryError) return error
  const cause = error
  if (error instanceof UnsafeAddressError) {
    const code = role === 'token server' ? 'REGISTRY_UNSAFE_REALM' : 'REGISTRY_UNSAFE_REDIRECT'
    return new RegistryError(code, { target: url.origin, reason: error.message }, { cause })
  }
  const code = errorCode(error)
  if (UNTRUSTED.has(code)) return new RegistryError('REGISTRY_TLS_UNTRUSTED', { reason: code }, { cause })
  if (NOT_TLS.has(code)) return new RegistryError('REGISTRY_SPEAKS_HTTP', {}, { cause })
  if (!BROKEN_TLS.has(code) && /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|HOSTNAME_MISMATCH)/.test(code)) {
    const reason = sanitize(tlsReason(code, error))
    return new RegistryError('REGISTRY_TLS_INVALID', { reason }, { cause })
  }
  if (code === 'ENOTFOUND') {
    const args = { host: url.hostname, reason: `DNS: ${code}` }
    return new RegistryError('REGISTRY_HOST_UNKNOWN', args, { cause })
  }
  const options = { cause, mayRetryAtOnce, isTemporary: true }
  const wasCut = code === 'ECONNRESET' || isTlsAlert(error)
  if (wasCut && url.protocol === 'http:' && !hasResponse) {
    return new RegistryError('REGISTRY_SPEAKS_TLS', {}, options)
  }
  return new RegistryError('REGISTRY_UNAVAILABLE', { reason: unavailableReason(code, error, url) }, options)
}

/** Whether an error of a TLS handshake means that the host speaks plain HTTP on this port. */
export function isPlainHttpError(error: NodeJS.ErrnoException): boolean {
  return NOT_TLS.has(errorCode(error))
}

/**
 * Whether an error has a string `code` such as `ECONNRESET`, as all errors of Node have, and also every `PinpullError`.
 * A defect of Pinpull, such as a TypeError of its own code, has none.
 */
export function isNetworkError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'
}

/** OpenSSL's error is in `code`, or in the message of an EPROTO error, depending on when it occurs. */
function errorCode({ code = '', message }: NodeJS.ErrnoException): string {
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] : undefined
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replace(/ /g, '_')}`
}

/** Whether the bytes that are not HTTP are a TLS alert (RFC 8446, 5.1), so that the port speaks TLS only. */
function isTlsAlert(error: NodeJS.ErrnoException & { readonly rawPacket?: unknown }): boolean {
  const { rawPacket } = error
  return rawPacket instanceof Uint8Array && rawPacket[0] === 0x15 && rawPacket[1] === 0x03
}

function tlsReason(code: string, error: Error): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired'
    case 'CERT_NOT_YET_VALID':
      return 'its certificate is not valid yet'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another host'
    default:
      if (code.startsWith('ERR_OSSL_'))
        return `a certificate or key that is set for it cannot be read (${code})`
      return code.startsWith('ERR_SSL_') ? code : `${code}: ${error.message}`
  }
}

function unavailableReason(code: string, error: Error, url: URL): string {
  const where = `port ${effectivePort(url)} of ${url.hostname}`
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${where} (ECONNREFUSED)`
    case 'EAI_AGAIN':
      return `the name server did not respond for ${url.hostname} (EAI_AGAIN)`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${url.hostname} (${code})`
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection was cut (${code})`
    case 'ETIMEDOUT':
      return `no connection to ${url.hostname} on port ${effectivePort(url)} (ETIMEDOUT)`
    default:
      if (code.startsWith('ERR_HTTP2_')) return http2Reason(error)
      if (code.startsWith('HPE_')) return `what it sent is not HTTP (${code})`
      return sanitize(code === '' ? error.message : `${code}: ${error.message}`)
  }
}

/** An HTTP/2 error code, by its name in RFC 9113, 7. */
function http2Reason({ message }: Error): string {
  const [, name] = /NGHTTP2_([A-Z0-9_]+)/.exec(message) ?? /with error code (\d+)/.exec(message) ?? []
  return name === undefined ? sanitize(message) : `the connection was cut (HTTP/2 ${name})`
}
