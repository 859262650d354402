import { redactUrl } from '../errors/redact.ts'
import { RegistryError, type ServerRole } from '../errors/registry-error.ts'
import type { Clock } from './clock.ts'
import { type HttpRequest, header, type RequestAttempt, type Send } from './http.ts'

/** A step of a request. Nothing in it is a secret: of a URL that a server has sent, it has only the origin. */
export type RequestEvent = RequestAttempt & {
  readonly method: HttpRequest['method']
  /** The part of the URL that may be printed. */
  readonly url: string
  /** Host and port, as in the URL. */
  readonly host: string
  readonly role: ServerRole
} & (
    | { readonly kind: 'started' }
    | {
        readonly kind: 'answered'
        readonly status: number
        readonly milliseconds: number
        /** How many pulls are left, if the registry says so (`ratelimit-remaining`). */
        readonly remaining?: number
      }
    /** There is no response: `code` is that of the error, or absent if the request was given up. */
    | { readonly kind: 'failed'; readonly code?: string; readonly milliseconds: number }
    /** It will be sent again after this time. */
    | { readonly kind: 'waiting'; readonly milliseconds: number }
    /** It has its response or error, and is not sent again. */
    | { readonly kind: 'finished' }
  )

/** Takes the steps of all requests, as they happen. */
export type OnRequest = (event: RequestEvent) => void

/** Describes a request for its events. */
export function describeRequest(request: HttpRequest): Omit<RequestEvent, 'kind'> {
  const { method, url, role, attempt = { request: 0, attempt: 1, maxAttempts: 1 } } = request
  return { ...attempt, method, url: printableUrl(request), host: url.host, role }
}

/** Wraps `send` to report when each attempt starts and ends. */
export function withRequestEvents(send: Send, clock: Pick<Clock, 'now'>, onRequest: OnRequest): Send {
  return async (request) => {
    const began = clock.now()
    const about = describeRequest(request)
    onRequest({ ...about, kind: 'started' })
    try {
      const response = await send(request)
      const milliseconds = clock.now() - began
      // `100;w=21600`: the number in this form is all that is taken from a header.
      const [, left] = /^(\d{1,9})(?:;|$)/.exec(header(response, 'ratelimit-remaining') ?? '') ?? []
      const remaining = left === undefined ? {} : { remaining: Number(left) }
      onRequest({ ...about, kind: 'answered', status: response.status, milliseconds, ...remaining })
      return response
    } catch (error) {
      const code = error instanceof RegistryError ? { code: error.code } : {}
      onRequest({ ...about, kind: 'failed', ...code, milliseconds: clock.now() - began })
      throw error
    }
  }
}

/**
 * The part of a request's URL that may be printed: without the path prefix of a mirror, and only the origin of a
 * URL that a server has sent.
 */
function printableUrl({ url, role }: HttpRequest): string {
  if (role !== 'registry' && role !== 'mirror') return redactUrl(url)
  return `${redactUrl(url)}${/\/v2\/.*/.exec(url.pathname)?.[0] ?? ''}`
}
