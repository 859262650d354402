import type { IncomingHttpHeaders } from 'node:http'

/** A request as it was received. */
export interface SeenRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** `1.1` or `2.0`. */
  readonly httpVersion: string
  readonly body: string
  /** Numbers the connections of a registry from 1: two requests with one number shared a connection. */
  readonly connection: number
  /** Which of the registry's servers got it. */
  readonly server: 'registry' | 'token'
}

/** A request with what was answered. */
export interface LoggedRequest extends SeenRequest {
  readonly status: number
}

export interface Answer {
  readonly status: number
  /** Names in lower case; a list is sent as a header line each. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
  /** Milliseconds before the first byte. */
  readonly delay?: number
  /** Closes the connection without an answer (0) or after so many bytes of the body. */
  readonly cutAfter?: number
  /** Keeps the connection open and never answers. */
  readonly hang?: boolean
}

/** Makes the answer worse, from what it would have been. */
export type Misbehaviour = (answer: Answer, request: SeenRequest) => Answer

export interface Match {
  readonly method?: string
  /** A whole path without its query, or a pattern for it. */
  readonly path?: string | RegExp
  readonly server?: 'registry' | 'token'
  /** Only requests that carry (or do not carry) an Authorization header. */
  readonly authorized?: boolean
}

export interface Rule {
  readonly when?: Match
  /** How often it is applied before it is spent. Default: always. */
  readonly times?: number
  readonly answer: Misbehaviour
}

/** Rules in the order in which they were given; of those that match, the first that is not spent is applied. */
export interface Script {
  add(rule: Rule): void
  clear(): void
  apply(answer: Answer, request: SeenRequest): Answer
}

export function createScript(): Script {
  let rules: { readonly rule: Rule; left: number }[] = []
  return {
    add: (rule) => {
      rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY })
    },
    clear: () => {
      rules = []
    },
    apply: (answer, request) => {
      const found = rules.find(({ rule, left }) => left > 0 && matches(rule.when ?? {}, request))
      if (found === undefined) return answer
      found.left -= 1
      return found.rule.answer(answer, request)
    },
  }
}

/** Whether a request is one that a matcher means. */
export function matches(match: Match, request: SeenRequest): boolean {
  const { method, path, server, authorized } = match
  return (
    (method === undefined || method === request.method) &&
    (path === undefined || (typeof path === 'string' ? path === request.path : path.test(request.path))) &&
    (server === undefined || server === request.server) &&
    (authorized === undefined || authorized === (request.headers.authorization !== undefined))
  )
}
