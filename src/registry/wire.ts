import type { Readable } from 'node:stream'
import type { HttpAnswer, HttpRequest } from './http.ts'

/** What happens to a request on its way, told in this order. */
export interface WireEvents {
  /** A connection is being made for it. */
  readonly connecting: () => void
  /** It is on its way over a connection. */
  readonly sending: () => void
  readonly answered: (status: number, headers: HttpAnswer['headers'], body: Readable) => void
  /**
   * There will be no answer.
   *
   * @param isStale whether a connection that was kept had gone, so that the request was never looked at
   */
  readonly failed: (error: NodeJS.ErrnoException, isStale: boolean) => void
}

/**
 * Puts one request on a connection, by whatever version of HTTP.
 *
 * @returns ends it, whatever has become of it
 */
export type Wire = (
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  events: WireEvents,
) => () => void
