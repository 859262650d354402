import type { Readable } from 'node:stream'
import type { Role, Server } from '../errors/registry-error.ts'
import type { AddressKind, Reach } from './address.ts'
import type { TlsSettings } from './tls.ts'

/** One HTTP request, and the port through which requests are sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** How much of a successful answer's body is read; of any other, the limit for errors counts. */
  readonly maxBytes: number
  /** How to speak TLS with this host; the object's identity decides which connections are shared. */
  readonly tls?: TlsSettings | undefined
  /** How long a connection may take, in milliseconds, where that is other than the limit. */
  readonly connectTimeout?: number | undefined
  readonly role: Role
  /** Which addresses its host may have; undefined: any, as the user named the host. */
  readonly reach?: Reach | undefined
  /** Whether it has to go over a connection that nothing has gone over before. */
  readonly needsFresh?: boolean
  /** How often it is made at most, where that is less than the limit. */
  readonly attempts?: number | undefined
  /** Ends the request; what it rejects with is the signal's reason. */
  readonly signal: AbortSignal
  /** Until when (milliseconds since the epoch) waiting makes sense. */
  readonly deadline: number
  /**
   * Told when it makes no sense that others wait for what this request learns: it is made again, or it is under way on a
   * connection that they could not share.
   */
  readonly onAlone?: () => void
}

export interface HttpAnswer {
  readonly status: number
  /** By lower-case name; a header that was sent on several lines has several values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: Uint8Array
  /** Whether the body was longer than what was read of it. */
  readonly isCut: boolean
  /** How many requests it took. */
  readonly tries: number
  readonly server: Server
  /** What the address of the server was; undefined where a proxy stood in between. */
  readonly address: AddressKind | undefined
}

/**
 * Sends one request and reads its answer. Layers wrap one another: a connection, retries, redirects, credentials.
 *
 * @throws {RegistryFailure} where there is no answer
 */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>

/** Where a request goes, and how it gets there. */
export type Target = Pick<HttpRequest, 'url' | 'tls' | 'connectTimeout' | 'reach' | 'needsFresh'>

/** Begins the connection that the next request there will wait for. If it fails, that request fails. */
export type Open = (target: Target) => void

/** The first value of a header. */
export function header(answer: HttpAnswer, name: string): string | undefined {
  return answer.headers[name]?.[0]
}

/** The content codings of a response's body, in the order in which they were applied. `aws-chunked` is what object stores forget to take off. */
export function codingsOf(answer: HttpAnswer): readonly string[] {
  return (header(answer, 'content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity' && coding !== 'aws-chunked')
}

/** Whether two URLs have the same scheme, host and port: the bounds within which a credential may be repeated. */
export function isSameOrigin(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && one.host === other.host
}

/** What happens to a request on its way, told in this order. */
export interface WireEvents {
  /** A connection is being made for it. */
  readonly connecting: () => void
  /** It is on its way over a connection. */
  readonly sending: () => void
  /** @param remoteAddress the server's address; undefined where a proxy stands in between */
  readonly answered: (
    status: number,
    headers: HttpAnswer['headers'],
    body: Readable,
    remoteAddress: string | undefined,
  ) => void
  /**
   * There will be no answer.
   *
   * @param isLost whether the connection that the request was given had been used before and has gone, or the server said
   *   that it has not looked at the request: it can be sent again at once (RFC 9110, 9.2.2; RFC 9113, 8.7)
   */
  readonly failed: (error: NodeJS.ErrnoException, isLost: boolean) => void
}

/**
 * Puts one request on a connection, by whatever version of HTTP.
 *
 * @returns ends it, however far it has come
 */
export type Wire = (
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  events: WireEvents,
) => () => void

/** The value of `Authorization` for a name and password (RFC 7617), as UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
}
