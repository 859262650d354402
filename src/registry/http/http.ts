import type { Readable } from 'node:stream'
import type { Server, ServerRole } from '../errors/registry-error.ts'
import type { AddressKind, AllowedAddresses } from './address.ts'
import type { TlsSettings } from './tls.ts'

/** One attempt to send a request. */
export interface RequestAttempt {
  /** The number of the request in this run; its attempts share it. */
  readonly request: number
  /** From 1. */
  readonly attempt: number
  readonly maxAttempts: number
}

/** One HTTP request to a registry, a mirror, a token server or a redirect target. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** The maximum size of the response's body in bytes if its status is 2xx; otherwise `Limits.maxErrorBytes` applies. */
  readonly maxBytes: number
  /** The TLS settings of the host; absent for the defaults. Requests share connections only if this is the same object. */
  readonly tls?: TlsSettings | undefined
  /** In milliseconds; absent for `Limits.connectTimeout`. */
  readonly connectTimeout?: number | undefined
  /** Why the server is contacted, for messages. */
  readonly role: ServerRole
  /** The IP addresses to which the host name may resolve; undefined for any, which is so if the user named the host. */
  readonly allowedAddresses?: AllowedAddresses | undefined
  /** Whether to open a new connection for this request, and to close it afterwards. */
  readonly needsNewConnection?: boolean
  /** The maximum number of attempts; absent for `Limits.maxAttempts`. */
  readonly maxAttempts?: number | undefined
  /** Which attempt this is, for `RequestEvent`; set by `withRetry` if events are reported. */
  readonly attempt?: RequestAttempt | undefined
  /** Aborts the request, which then rejects with the signal's reason. */
  readonly signal: AbortSignal
  /** When retries have to end, in milliseconds since the epoch. */
  readonly deadline: number
  /**
   * Called when requests that wait for the result of this one (`ChallengeProbe`) should be sent now: this one is being
   * retried, or uses HTTP/1.1, so that the others need connections of their own anyway.
   */
  readonly releaseWaiting?: () => void
}

/** An HTTP response with any status. */
export interface HttpResponse {
  readonly status: number
  /** By lower-case name. A header that was sent on several lines has several values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  /**
   * The body, or the start of it if `isTruncated`; empty for HEAD. Content codings are decoded; if that was not
   * possible, `content-encoding` is still in `headers`, and a body that would get too long is empty and `isTruncated`.
   */
  readonly body: Uint8Array
  /** Whether the body was longer than the limit. */
  readonly isTruncated: boolean
  /** The number of times that the request was sent, retries included. */
  readonly attempts: number
  /** The server that sent the response. */
  readonly server: Server
  /** The kind of the server's IP address; undefined behind a proxy. */
  readonly address: AddressKind | undefined
}

/**
 * Sends a request and reads the response, whatever its status. Functions of this type wrap one another: that of
 * `httpTransport` uses connections, those of `withRequestEvents` and `withRetry` add events and retries.
 *
 * @throws {RegistryError} if there is no response; the signal's reason if the request was aborted
 */
export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** The fields of a request that determine which connection it uses. */
export type ConnectionTarget = Pick<
  HttpRequest,
  'url' | 'tls' | 'connectTimeout' | 'allowedAddresses' | 'needsNewConnection'
>

/**
 * Starts to connect to a host over TLS, for a request that will follow; does nothing for plain HTTP. If connecting
 * fails, that request gets the error.
 */
export type Preconnect = (target: ConnectionTarget) => void

/**
 * The first value of a header; undefined if the response does not have it.
 *
 * @param name in lower case
 */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers[name]?.[0]
}

/**
 * The codings in the first line of `Content-Encoding`, in lower case and in the order in which they were applied; empty
 * without the header. `identity` and `aws-chunked`, which object stores fail to remove, are left out.
 */
export function contentCodings(response: HttpResponse): readonly string[] {
  return (header(response, 'content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity' && coding !== 'aws-chunked')
}

/** Parses the body of a response as JSON; undefined if it is not JSON. */
export function jsonBody({ body }: HttpResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

/** Whether two URLs have the same scheme, host and port, so that a credential for one may be sent to the other. */
export function isSameOrigin(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && one.host === other.host
}

/**
 * Callbacks for the stages of a request, in this order; `onConnecting` only if a connection is opened. The last is
 * `onResponse` or `onError`; but after `onResponse`, `onError` may still report that the body failed (HTTP/2), and
 * after an error there may be more, which are to be ignored.
 */
export interface RequestEvents {
  /** A connection is being opened. */
  readonly onConnecting: () => void
  /** The request is being sent. */
  readonly onSending: () => void
  /**
   * The headers of the response have arrived.
   *
   * @param headers by lower-case name
   * @param body the body, still to be read
   * @param address the kind of the server's IP address; undefined behind a proxy
   */
  readonly onResponse: (
    status: number,
    headers: HttpResponse['headers'],
    body: Readable,
    address: AddressKind | undefined,
  ) => void
  /**
   * The request has failed without a response.
   *
   * @param mayRetryAtOnce whether the request may be sent again without a wait, since a connection that had carried
   *   other requests was closed, or the server did not process the request (RFC 9110, 9.2.2; RFC 9113, 8.7)
   */
  readonly onError: (error: NodeJS.ErrnoException, mayRetryAtOnce: boolean) => void
}

/**
 * Sends a request over the connections to one host: one HTTP/2 connection, or as many HTTP/1.1 connections as there are
 * requests at the same time. Timeouts and reading the body are the business of `roundTrip`.
 *
 * @param headers the headers to send, instead of those in `request`
 * @param events called as the request proceeds
 * @returns a function that aborts the request
 */
export type HostSender = (
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  events: RequestEvents,
) => () => void

/** The value of `Authorization` or `Proxy-Authorization` for a user name and password (RFC 7617), in UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
}
