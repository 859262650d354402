import type { Readable } from 'node:stream'
import type { HttpAnswer, HttpRequest } from './http.ts'

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
