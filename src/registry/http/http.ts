import type { Readable } from 'node:stream'
import type { Role, Server } from '../errors/registry-error.ts'
import type { AddressKind, AllowedAddresses } from './address.ts'
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
  readonly allowedAddresses?: AllowedAddresses | undefined
  /** Whether it has to go over a connection that nothing has gone over before. */
  readonly needsNewConnection?: boolean
  /** How often it is made at most, where that is less than the limit. */
  readonly maxAttempts?: number | undefined
  /** Ends the request; what it rejects with is the signal's reason. */
  readonly signal: AbortSignal
  /** Until when (milliseconds since the epoch) waiting makes sense. */
  readonly deadline: number
  /**
   * Told when it makes no sense that others wait for what this request learns: it is made again, or it is under way on a
   * connection that they could not share.
   */
  readonly releaseWaiting?: () => void
}

export interface HttpResponse {
  readonly status: number
  /** By lower-case name; a header that was sent on several lines has several values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: Uint8Array
  /** Whether the body was longer than what was read of it. */
  readonly isTruncated: boolean
  /** How many requests it took. */
  readonly attempts: number
  readonly server: Server
  /** What the address of the server was; undefined where a proxy stood in between. */
  readonly address: AddressKind | undefined
}

/**
 * Sends one request and reads its answer. Layers wrap one another: a connection, retries, redirects, credentials.
 *
 * @throws {RegistryFailure} where there is no answer
 */
export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** Where a request goes, and how it gets there. */
export type ConnectionTarget = Pick<
  HttpRequest,
  'url' | 'tls' | 'connectTimeout' | 'allowedAddresses' | 'needsNewConnection'
>

/** Begins the connection that the next request there will wait for. If it fails, that request fails. */
export type Preconnect = (target: ConnectionTarget) => void

/** The first value of a header. */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers[name]?.[0]
}

/** The content codings of a response's body, in the order in which they were applied. `aws-chunked` is what object stores forget to take off. */
export function contentCodings(response: HttpResponse): readonly string[] {
  return (header(response, 'content-encoding') ?? '')
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
export interface RequestEvents {
  /** A connection is being made for it. */
  readonly onConnecting: () => void
  /** It is on its way over a connection. */
  readonly onSending: () => void
  /** @param remoteAddress the server's address; undefined where a proxy stands in between */
  readonly onResponse: (
    status: number,
    headers: HttpResponse['headers'],
    body: Readable,
    remoteAddress: string | undefined,
  ) => void
  /**
   * There will be no answer.
   *
   * @param isConnectionLost whether the connection that the request was given had been used before and has gone, or the server said
   *   that it has not looked at the request: it can be sent again at once (RFC 9110, 9.2.2; RFC 9113, 8.7)
   */
  readonly onError: (error: NodeJS.ErrnoException, isConnectionLost: boolean) => void
}

/**
 * Puts one request on a connection, by whatever version of HTTP.
 *
 * @returns ends it, however far it has come
 */
export type Connection = (
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  events: RequestEvents,
) => () => void

/** The value of `Authorization` for a name and password (RFC 7617), as UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
}
