import type { IncomingHttpHeaders } from 'node:http'

/** A received request. */
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
  /** The number of the connection, from 1; requests with the same number shared a connection. */
  readonly connection: number
  /** The server that received it. */
  readonly server: 'registry' | 'token'
}

/** A request with the status of its response. */
export interface LoggedRequest extends SeenRequest {
  readonly status: number
}

export interface Answer {
  readonly status: number
  /** Names in lower case; a list is sent as several header lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
  /** The delay before the first byte, in milliseconds. */
  readonly delay?: number
  /** Closes the connection without a response (0) or after this number of bytes of the body. */
  readonly cutAfter?: number
  /** Keeps the connection open and never responds. */
  readonly hang?: boolean
}

/** Turns a correct response into a faulty one. */
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
  /** How many times it applies. Default: always. */
  readonly times?: number
  readonly answer: Misbehaviour
}

/** Rules in order; the first matching one that still applies is used. */
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

/** Whether a request matches. */
export function matches(match: Match, request: SeenRequest): boolean {
  const { method, path, server, authorized } = match
  return (
    (method === undefined || method === request.method) &&
    (path === undefined || (typeof path === 'string' ? path === request.path : path.test(request.path))) &&
    (server === undefined || server === request.server) &&
    (authorized === undefined || authorized === (request.headers.authorization !== undefined))
  )
}
