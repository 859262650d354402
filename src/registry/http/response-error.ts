import type { Args } from '../../diagnostics/diagnostic.ts'
import { parseContentType } from '../../oci/media-type.ts'
import { sanitize } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { type HttpResponse, header, jsonBody } from './http.ts'

/** The request that an error response is for, as needed in messages. */
export interface ErrorContext {
  /** What was requested: `tag "1.27"` or `digest sha256:…`. */
  readonly what: string
  /** The repository without the host. */
  readonly repository: string
  /** Where the credential in use was found, such as a file; undefined for an anonymous request. */
  readonly source: string | undefined
  /** The time in `Retry-After` in milliseconds; undefined without the header. */
  readonly wait: number | undefined
}

/** One entry of a registry's error body (distribution-spec, "Error Codes"). */
export interface ErrorEntry {
  /** Such as `MANIFEST_UNKNOWN`. */
  readonly code: string
  /** Empty if the entry has none. */
  readonly message: string
}

/**
 * Creates the error for the response to a manifest request, by its status and body (`docs/registries.md` has the
 * table): 404 REPOSITORY_UNKNOWN for the code NAME_UNKNOWN, else MANIFEST_UNKNOWN; 403 CREDENTIAL_EXPIRED if a
 * credential was in use and the reason says "expired", else REGISTRY_DENIED; 406 NOT_A_REGISTRY; 429
 * REGISTRY_PULL_LIMIT (`isPullLimit`) or REGISTRY_RATE_LIMITED; 5xx REGISTRY_ERROR; else REGISTRY_REFUSED. An HTML page
 * is NOT_A_REGISTRY, except with 403, 429, 5xx, and 404 with an error body.
 */
export function errorFromResponse(response: HttpResponse, context: ErrorContext): RegistryError {
  const [first] = parseErrorBody(response)
  const reason = reasonOf(response, first)
  const who = context.source ?? 'none'
  const args: Args = { status: response.status, reason, repository: context.repository, what: context.what }
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
      if (context.source !== undefined && /expired/i.test(reason)) {
        return failure('CREDENTIAL_EXPIRED', { source: context.source })
      }
      return failure('REGISTRY_DENIED', { source: who })
    case 406:
      return notARegistryError(response)
    case 429:
      if (isPullLimit(response)) return failure('REGISTRY_PULL_LIMIT', { source: who })
      return rateLimitError(response, context.wait)
    default:
      if (response.status >= 500) {
        const wait = context.wait === undefined ? {} : { wait: Math.ceil(context.wait / 1000) }
        return failure('REGISTRY_ERROR', { tries: response.attempts, ...wait })
      }
      return isHtml(response) ? notARegistryError(response) : failure('REGISTRY_REFUSED')
  }
}

/**
 * Creates the error REGISTRY_RATE_LIMITED for a response with status 429 (which is not checked).
 *
 * @param wait the time in `Retry-After` in milliseconds; undefined without the header
 */
export function rateLimitError(response: HttpResponse, wait: number | undefined): RegistryError {
  const when = wait === undefined ? 'later' : `after ${Math.ceil(wait / 1000)} s`
  const { attempts: tries, server } = response
  return new RegistryError('REGISTRY_RATE_LIMITED', { tries, when }, { server })
}

/** Creates the error NOT_A_REGISTRY for a response that no registry sends, such as an HTML page. */
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
 * Whether a response is a 429 for Docker Hub's pull rate limit, which lasts for hours, not for its limit of requests per
 * minute (docs.docker.com, "Docker Hub pull usage and limits"). False for any other status.
 */
export function isPullLimit(response: HttpResponse): boolean {
  if (response.status !== 429) return false
  const remaining = header(response, 'ratelimit-remaining')
  return /^0(?:;|$)/.test(remaining ?? '') || /pull rate limit|increase-rate-limit/.test(bodyText(response))
}

/**
 * Parses a registry's error body, `{"errors": [{"code": "…", "message": "…"}]}` (distribution-spec, "Error Codes").
 *
 * @returns the first ten entries, without those that have no code, made safe to print by `sanitize`; empty if the body
 *   is anything else
 */
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
