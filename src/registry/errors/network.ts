import { effectivePort } from '../../reference/server-url.ts'
import { sanitize } from './redact.ts'
import { RegistryError, type Server } from './registry-error.ts'

/** A name that another server sent Pinpull to, and that leads where it may not be followed. The message says why. */
export class UnsafeAddressError extends Error {}

/** Node's and OpenSSL's codes for a certificate that no trusted authority vouches for. */
const UNTRUSTED = new Set([
  // An authority of the same name with another key.
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/** What a plain HTTP server's answer looks like to TLS, by OpenSSL version and what was sent. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
])

/** What OpenSSL says of a connection that broke, rather than of a server that speaks TLS badly. */
const BROKEN_TLS = new Set([
  'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_BAD_RECORD_TYPE',
])

/** What is known of a request that failed. */
export interface NetworkErrorContext {
  /** Whether the answer had begun. */
  readonly hasResponse?: boolean
  /** Whether the connection that the request shared had gone, or the server said that it has not looked at it. */
  readonly isConnectionLost?: boolean
}

/**
 * Tells what an error of Node's network modules means, and whether asking again may help. Every error has a meaning here:
 * what is not known by its code is a registry that could not be reached.
 */
export function fromNetworkError(
  error: NodeJS.ErrnoException,
  { url, role }: { readonly url: URL; readonly role: Server['role'] },
  { hasResponse = false, isConnectionLost = false }: NetworkErrorContext = {},
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
  const options = { cause, isConnectionLost, isTemporary: true }
  const wasCut = code === 'ECONNRESET' || isTlsAlert(error)
  if (wasCut && url.protocol === 'http:' && !hasResponse) {
    return new RegistryError('REGISTRY_SPEAKS_TLS', {}, options)
  }
  return new RegistryError('REGISTRY_UNAVAILABLE', { reason: unavailableReason(code, error, url) }, options)
}

/** Whether a TLS handshake failed because the host speaks plain HTTP. */
export function isPlainHttpError(error: NodeJS.ErrnoException): boolean {
  return NOT_TLS.has(errorCode(error))
}

/** Whether an error comes from Node and not from a mistake in Pinpull: Node's have a code. */
export function isNetworkError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'
}

/** OpenSSL's error arrives under its own code or as EPROTO, by the moment at which it shows. */
function errorCode({ code = '', message }: NodeJS.ErrnoException): string {
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] : undefined
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replace(/ /g, '_')}`
}

/** Whether what does not parse as HTTP is an alert of TLS (RFC 8446, 5.1): the port speaks nothing else. */
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
      return `the name server did not response for ${url.hostname} (EAI_AGAIN)`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no way to ${url.hostname} (${code})`
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

/** An error code of HTTP/2 (RFC 9113, 7) as its specification writes it. */
function http2Reason({ message }: Error): string {
  const [, name] = /NGHTTP2_([A-Z0-9_]+)/.exec(message) ?? /with error code (\d+)/.exec(message) ?? []
  return name === undefined ? sanitize(message) : `the connection was cut (HTTP/2 ${name})`
}
