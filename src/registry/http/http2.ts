import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Connection, HttpResponse } from './http.ts'
import { connectionResetError } from './tcp.ts'

/** One connection that carries many requests at a time. */
export interface Http2Session {
  readonly connection: Connection
  /** Whether it still takes requests. */
  isOpen(): boolean
  /** Ends it when the requests on it have ended. */
  close(): void
}

export interface Http2SessionOptions {
  readonly socket: TLSSocket
  readonly origin: URL
  /** Whether it goes to the server itself, and not through a proxy. */
  readonly isDirect: boolean
  /** Told when the server wants to speak HTTP/1.1 instead (RFC 9113, 7). */
  readonly onHttp1Required: () => void
}

/** What HTTP/2 says of a request in other ways (RFC 9113, 8.2.2). */
const FORBIDDEN = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

const { NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** Does nothing. In the bundle, where this module is loaded when one of its functions is first called, it loads it. */
export function loadHttp2(): void {}

/** Speaks HTTP/2 over a TLS connection on which both sides have agreed to it. */
export function http2Session({
  socket,
  origin,
  isDirect,
  onHttp1Required,
}: Http2SessionOptions): Http2Session {
  const remoteAddress = isDirect ? socket.remoteAddress : undefined
  const session = connect(origin, { createConnection: () => socket })
  let streams = 0
  // What goes wrong with the connection reaches each of its requests; without a listener it would end the process.
  session.on('error', () => {})
  // A connection that nobody waits for must not keep the process alive.
  session.unref()

  const connection: Connection = ({ method, url, body }, headers, events) => {
    if (!isOpen(session)) {
      events.onError(connectionResetError(), true)
      return () => {}
    }
    const sent: OutgoingHttpHeaders = { ':method': method, ':path': `${url.pathname}${url.search}` }
    for (const name in headers) if (!FORBIDDEN.has(name)) sent[name] = headers[name]
    let stream: ClientHttp2Stream
    try {
      stream = session.request(sent, { endStream: body === undefined })
    } catch (error) {
      // A session that winds up says so in this way, too.
      events.onError(error as Error, true)
      return () => {}
    }
    if (streams++ === 0) session.ref()
    let isAnswered = false
    // A server may take so many at a time that this one has to wait for another; the time for its answer begins after that.
    if (stream.pending) stream.once('ready', events.onSending)
    else events.onSending()
    stream.on('response', (incoming) => {
      isAnswered = true
      events.onResponse(incoming[':status'] ?? 0, distinctHeaders(incoming), stream, remoteAddress)
    })
    /** What the server did not look at, and what went with the connection, can go again (RFC 9113, 8.7). */
    const isConnectionLost = (error?: NodeJS.ErrnoException): boolean =>
      !isAnswered &&
      (stream.rstCode === NGHTTP2_REFUSED_STREAM ||
        !isOpen(session) ||
        /GOAWAY|ERR_HTTP2_SESSION/.test(`${error?.code} ${error?.message}`))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream.rstCode === NGHTTP2_HTTP_1_1_REQUIRED) onHttp1Required()
      events.onError(error, isConnectionLost(error))
    })
    stream.on('close', () => {
      if (--streams === 0) session.unref()
      if (!isAnswered)
        events.onError(connectionResetError(), stream.rstCode === NGHTTP2_NO_ERROR || isConnectionLost())
    })
    if (body !== undefined) stream.end(body)
    return () => stream.destroy()
  }
  return { connection, isOpen: () => isOpen(session), close: () => session.close() }
}

function isOpen(session: ClientHttp2Session): boolean {
  return !session.closed && !session.destroyed
}

function distinctHeaders(incoming: IncomingHttpHeaders): HttpResponse['headers'] {
  const headers: Record<string, readonly string[]> = {}
  for (const name in incoming) {
    const value = incoming[name]
    if (value === undefined || name.startsWith(':')) continue
    headers[name] = Array.isArray(value) ? value : [String(value)]
  }
  return headers
}
