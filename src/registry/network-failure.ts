import { RegistryFailure } from './failure.ts'
import { cleanText } from './redact.ts'

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

/**
 * Tells what a network error of Node means, and whether asking again may help.
 *
 * @param hasAnswered whether the answer had begun
 */
export function networkFailure(error: NodeJS.ErrnoException, url: URL, hasAnswered = false): RegistryFailure {
  if (error instanceof RegistryFailure) return error
  const code = codeOf(error)
  if (UNTRUSTED.has(code))
    return new RegistryFailure('REGISTRY_TLS_UNTRUSTED', { reason: code }, { cause: error })
  if (NOT_TLS.has(code)) return new RegistryFailure('REGISTRY_SPEAKS_HTTP', {}, { cause: error })
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH)/.test(code)) {
    const reason = cleanText(tlsReason(code, error))
    return new RegistryFailure('REGISTRY_TLS_INVALID', { reason }, { cause: error })
  }
  if (code === 'ENOTFOUND') {
    return new RegistryFailure('REGISTRY_HOST_UNKNOWN', { host: url.hostname }, { cause: error })
  }
  if (code === 'ECONNRESET' && url.protocol === 'http:' && !hasAnswered) {
    return new RegistryFailure('REGISTRY_SPEAKS_TLS', {}, { cause: error, isTemporary: true })
  }
  const reason = reasonOf(code, error, url)
  return new RegistryFailure('REGISTRY_UNAVAILABLE', { reason }, { cause: error, isTemporary: true })
}

/** OpenSSL's error arrives under its own code or as EPROTO, by the moment at which it shows. */
function codeOf({ code = '', message }: NodeJS.ErrnoException): string {
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] : undefined
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replace(/ /g, '_')}`
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
      return code.startsWith('ERR_SSL_') ? code : `${code}: ${error.message}`
  }
}

function reasonOf(code: string, error: Error, url: URL): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens on port ${port} of ${url.hostname} (ECONNREFUSED)`
    case 'EAI_AGAIN':
      return `the name server did not answer for ${url.hostname} (EAI_AGAIN)`
    case 'ECONNRESET':
      return 'the connection was cut (ECONNRESET)'
    case 'ETIMEDOUT':
      return `no connection to ${url.hostname} on port ${port} (ETIMEDOUT)`
    default:
      return cleanText(code === '' ? error.message : `${code}: ${error.message}`)
  }
}
