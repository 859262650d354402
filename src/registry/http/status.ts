import type { Args } from '../../diagnostics/diagnostic.ts'
import { parseContentType } from '../../oci/media-type.ts'
import { cleanText } from '../errors/redact.ts'
import { RegistryFailure } from '../errors/registry-error.ts'
import { type HttpAnswer, header } from './http.ts'

/** What is known about whoever asked. */
export interface Asked {
  /** `tag "1.27"` or `digest sha256:…`. */
  readonly what: string
  readonly repository: string
  /** Where the credential was found; undefined when asked anonymously. */
  readonly source: string | undefined
  /** How long the registry asks to be left alone, in milliseconds. */
  readonly wait: number | undefined
}

/** One entry of a registry's error body (distribution-spec, "Error Codes"). */
export interface RegistryError {
  readonly code: string
  readonly message: string
}

/** Turns an answer that is no success into the failure that it means: `docs/registries.md` has the table. */
export function statusFailure(answer: HttpAnswer, asked: Asked): RegistryFailure {
  const [first] = parseErrors(answer)
  const reason = reasonOf(answer, first)
  const who = asked.source ?? 'none'
  const args: Args = { status: answer.status, reason, repository: asked.repository, what: asked.what }
  const failure = (code: RegistryFailure['code'], more: Args = {}): RegistryFailure =>
    new RegistryFailure(
      code,
      { ...args, ...(first === undefined ? {} : { registryCode: first.code }), ...more },
      { server: answer.server },
    )
  switch (answer.status) {
    case 404:
      if (first === undefined && isHtml(answer)) return notARegistry(answer)
      return failure(first?.code === 'NAME_UNKNOWN' ? 'REPOSITORY_UNKNOWN' : 'MANIFEST_UNKNOWN')
    case 403:
      if (asked.source !== undefined && /expired/i.test(reason)) {
        return failure('CREDENTIAL_EXPIRED', { source: asked.source })
      }
      return failure('REGISTRY_DENIED', { source: who })
    case 406:
      return notARegistry(answer)
    case 429:
      if (isPullLimit(answer)) return failure('REGISTRY_PULL_LIMIT', { source: who })
      return rateFailure(answer, asked.wait)
    default:
      if (answer.status >= 500) {
        const wait = asked.wait === undefined ? {} : { wait: Math.ceil(asked.wait / 1000) }
        return failure('REGISTRY_ERROR', { tries: answer.tries, ...wait })
      }
      return isHtml(answer) ? notARegistry(answer) : failure('REGISTRY_REFUSED')
  }
}

/**
 * The failure of a host that is asked too often.
 *
 * @param wait how long it asks to be left alone, in milliseconds
 */
export function rateFailure(answer: HttpAnswer, wait: number | undefined): RegistryFailure {
  const when = wait === undefined ? 'later' : `after ${Math.ceil(wait / 1000)} s`
  const { tries, server } = answer
  return new RegistryFailure('REGISTRY_RATE_LIMITED', { tries, when }, { server })
}

/** The failure of a host that answers something else than a registry does. */
export function notARegistry(answer: HttpAnswer): RegistryFailure {
  const contentType = parseContentType(header(answer, 'content-type'))
  const shown = contentType === '' ? 'no content type' : cleanText(contentType, 80)
  return new RegistryFailure(
    'NOT_A_REGISTRY',
    { contentType: shown, status: answer.status },
    { server: answer.server },
  )
}

/**
 * Whether a 429 is Docker Hub's pull limit, which lasts for hours, and not its limit on requests a minute
 * (docs.docker.com, "Docker Hub pull usage and limits").
 */
export function isPullLimit(answer: HttpAnswer): boolean {
  if (answer.status !== 429) return false
  const remaining = header(answer, 'ratelimit-remaining')
  return /^0(?:;|$)/.test(remaining ?? '') || /pull rate limit|increase-rate-limit/.test(bodyText(answer))
}

/** The errors that a registry's body lists, cleaned; none where the body is something else. */
export function parseErrors(answer: HttpAnswer): readonly RegistryError[] {
  let json: unknown
  try {
    json = JSON.parse(bodyText(answer))
  } catch {
    return []
  }
  const list = (json as { errors?: unknown } | null)?.errors
  if (!Array.isArray(list)) return []
  return list.slice(0, 10).flatMap((entry: { code?: unknown; message?: unknown } | null) => {
    if (typeof entry?.code !== 'string') return []
    const message = typeof entry.message === 'string' ? cleanText(entry.message) : ''
    return [{ code: cleanText(entry.code, 64), message }]
  })
}

function reasonOf(answer: HttpAnswer, first: RegistryError | undefined): string {
  if (first !== undefined) return first.message === '' ? first.code : `${first.code}: ${first.message}`
  const text = isHtml(answer) ? '' : cleanText(bodyText(answer))
  return text === '' ? 'it gave no reason' : text
}

function isHtml(answer: HttpAnswer): boolean {
  return parseContentType(header(answer, 'content-type')) === 'text/html'
}

function bodyText(answer: HttpAnswer): string {
  return new TextDecoder().decode(answer.body)
}
