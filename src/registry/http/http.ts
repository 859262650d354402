import type { Readable } from 'node:stream'
import type { Server, ServerRole } from '../errors/registry-error.ts'
import type { AddressKind, AllowedAddresses } from './address.ts'
import type { TlsSettings } from './tls.ts'

/** One HTTP request to a registry, a mirror, a token server or a redirect target. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** The maximum size of a successful response's body in bytes; other responses have the limit for errors. */
  readonly maxBytes: number
  /** TLS settings for the host. Requests share connections only if they have the same object. */
  readonly tls?: TlsSettings | undefined
  /** The connect timeout in milliseconds, if it differs from the limit. */
  readonly connectTimeout?: number | undefined
  readonly role: ServerRole
  /** Which addresses the host's name may resolve to; undefined for any, if the user named the host. */
  readonly allowedAddresses?: AllowedAddresses | undefined
  /** Whether the request needs a connection that has not carried a request before. */
  readonly needsNewConnection?: boolean
  /** The maximum number of attempts, if it is lower than the limit. */
  readonly maxAttempts?: number | undefined
  /** Aborts the request, which then rejects with the signal's reason. */
  readonly signal: AbortSignal
  /** When retries have to end, in milliseconds since the epoch. */
  readonly deadline: number
  /**
   * Called when other requests should no longer wait for what this one learns: it is being retried, or it has a
   * connection that they cannot share.
   */
  readonly releaseWaiting?: () => void
}

export interface HttpResponse {
  readonly status: number
  /** By lower-case name. A header that was sent on several lines has several values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: Uint8Array
  /** Whether the body was longer than the limit. */
  readonly isTruncated: boolean
  /** The number of requests that were made, retries included. */
  readonly attempts: number
  readonly server: Server
  /** The kind of the server's address; undefined behind a proxy. */
  readonly address: AddressKind | undefined
}

/**
 * Sends one request and reads its response. Layers wrap one another: connection, logging, retries, credentials,
 * redirects.
 *
 * @throws {RegistryError} if there is no response
 */
export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** The parts of a request that decide about its connection. */
export type ConnectionTarget = Pick<
  HttpRequest,
  'url' | 'tls' | 'connectTimeout' | 'allowedAddresses' | 'needsNewConnection'
>

/** Starts connecting to a host that a request will be sent to soon. An error is reported to that request. */
export type Preconnect = (target: ConnectionTarget) => void

/** The first value of a header. */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers[name]?.[0]
}

/**
 * The content codings of a response's body, in the order in which they were applied. `aws-chunked` is left out:
 * object stores forget to remove it.
 */
export function contentCodings(response: HttpResponse): readonly string[] {
  return (header(response, 'content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity' && coding !== 'aws-chunked')
}

/** The JSON in a response's body; undefined if it is not JSON. */
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

/** The stages of a request, in this order. */
export interface RequestEvents {
  /** A connection is being opened. */
  readonly onConnecting: () => void
  /** The request is being sent. */
  readonly onSending: () => void
  /** @param remoteAddress the server's address; undefined behind a proxy */
  readonly onResponse: (
    status: number,
    headers: HttpResponse['headers'],
    body: Readable,
    remoteAddress: string | undefined,
  ) => void
  /**
   * There will be no response.
   *
   * @param mayRetryAtOnce whether a connection that had carried requests before was closed, or the server said
   *   that it has not processed the request: it may be sent again at once (RFC 9110, 9.2.2; RFC 9113, 8.7)
   */
  readonly onError: (error: NodeJS.ErrnoException, mayRetryAtOnce: boolean) => void
}

/**
 * Sends requests to one host, over one HTTP/2 connection or several HTTP/1.1 connections.
 *
 * @returns aborts the request
 */
export type HostSender = (
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  events: RequestEvents,
) => () => void

/** The value of `Authorization` for a name and password (RFC 7617), as UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
}
