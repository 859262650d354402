import type { Args } from '../../diagnostics/diagnostic.ts'
import { parseContentType } from '../../oci/media-type.ts'
import { sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { type HttpResponse, header, jsonBody } from './http.ts'

/** The request that got an error response. */
export interface ErrorContext {
  /** `tag "1.27"` or `digest sha256:…`. */
  readonly what: string
  readonly repository: string
  /** Where the credential was found; undefined for an anonymous request. */
  readonly source: string | undefined
  /** The time in `Retry-After`, in milliseconds. */
  readonly wait: number | undefined
}

/** One entry of a registry's error body (distribution-spec, "Error Codes"). */
export interface ErrorEntry {
  readonly code: string
  readonly message: string
}

/** The error for a response that is not a success; `docs/registries.md` has the table. */
export function errorFromResponse(response: HttpResponse, asked: ErrorContext): RegistryError {
  const [first] = parseErrorBody(response)
  const reason = reasonOf(response, first)
  const who = asked.source ?? 'none'
  const args: Args = { status: response.status, reason, repository: asked.repository, what: asked.what }
  const failure = (code: RegistryError['code'], more: Args = {}): RegistryError =>
    new RegistryError(
      code,
      { ...args, ...(first === undefined ? {} : { registryCode: first.code }), ...more },
      { server: response.server },
    )
  switch (response.status) {
    case 404:
      if (first === undefined && isHtml(response)) return notARegistryError(response)
      return failure(first?.code === 'NAME_UNKNOWN' ? 'REPOSITORY_UNKNOWN' : 'MANIFEST_UNKNOWN')
    case 403:
      if (asked.source !== undefined && /expired/i.test(reason)) {
        return failure('CREDENTIAL_EXPIRED', { source: asked.source })
      }
      return failure('REGISTRY_DENIED', { source: who })
    case 406:
      return notARegistryError(response)
    case 429:
      if (isPullLimit(response)) return failure('REGISTRY_PULL_LIMIT', { source: who })
      return rateLimitError(response, asked.wait)
    default:
      if (response.status >= 500) {
        const wait = asked.wait === undefined ? {} : { wait: Math.ceil(asked.wait / 1000) }
        return failure('REGISTRY_ERROR', { tries: response.attempts, ...wait })
      }
      return isHtml(response) ? notARegistryError(response) : failure('REGISTRY_REFUSED')
  }
}

/**
 * The error for too many requests.
 *
 * @param wait the time in `Retry-After`, in milliseconds
 */
export function rateLimitError(response: HttpResponse, wait: number | undefined): RegistryError {
  const when = wait === undefined ? 'later' : `after ${Math.ceil(wait / 1000)} s`
  const { attempts: tries, server } = response
  return new RegistryError('REGISTRY_RATE_LIMITED', { tries, when }, { server })
}

/** The error for a host that does not respond like a registry. */
export function notARegistryError(response: HttpResponse): RegistryError {
  const contentType = parseContentType(header(response, 'content-type'))
  const shown = contentType === '' ? 'no content type' : sanitize(contentType, 80)
  return new RegistryError(
    'NOT_A_REGISTRY',
    { contentType: shown, status: response.status },
    { server: response.server },
  )
}

/**
 * Whether a 429 means Docker Hub's pull limit, which lasts for hours, as opposed to its limit on requests per
 * minute (docs.docker.com, "Docker Hub pull usage and limits").
 */
export function isPullLimit(response: HttpResponse): boolean {
  if (response.status !== 429) return false
  const remaining = header(response, 'ratelimit-remaining')
  return /^0(?:;|$)/.test(remaining ?? '') || /pull rate limit|increase-rate-limit/.test(bodyText(response))
}

/** The errors in a response's body, sanitized; empty if it has another format. */
export function parseErrorBody(response: HttpResponse): readonly ErrorEntry[] {
  const list = (jsonBody(response) as { errors?: unknown } | null | undefined)?.errors
  if (!Array.isArray(list)) return []
  return list.slice(0, 10).flatMap((entry: { code?: unknown; message?: unknown } | null) => {
    if (typeof entry?.code !== 'string') return []
    const message = typeof entry.message === 'string' ? sanitize(entry.message) : ''
    return [{ code: sanitize(entry.code, 64), message }]
  })
}

function reasonOf(response: HttpResponse, first: ErrorEntry | undefined): string {
  if (first !== undefined) return first.message === '' ? first.code : `${first.code}: ${first.message}`
  const text = isHtml(response) ? '' : sanitize(bodyText(response))
  return text === '' ? 'it gave no reason' : text
}

function isHtml(response: HttpResponse): boolean {
  return parseContentType(header(response, 'content-type')) === 'text/html'
}

function bodyText(response: HttpResponse): string {
  return new TextDecoder().decode(response.body)
}
