import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { addressKind } from './address.ts'
import type { HostSender, HttpResponse } from './http.ts'
import { connectionResetError } from './tcp.ts'

/** An HTTP/2 connection, which carries many requests at the same time. */
export interface Http2Session {
  /** Sends a request over this connection. */
  readonly send: HostSender
  /** Whether the connection accepts more requests. */
  isOpen(): boolean
  /** Closes the connection once its current requests have ended. */
  close(): void
}

/** The socket of an `http2Session`. */
export interface Http2SessionOptions {
  /** A socket that has negotiated `h2` by ALPN. */
  readonly socket: TLSSocket
  /** Scheme, host and port of the server. */
  readonly origin: URL
  /** Whether the socket goes to the server itself, not to a proxy. */
  readonly isDirect: boolean
  /** Called if the server rejects a request with HTTP_1_1_REQUIRED (RFC 9113, 7). */
  readonly onHttp1Required: () => void
}

/** Headers that HTTP/2 forbids (RFC 9113, 8.2.2). */
const FORBIDDEN = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

const { NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** Does nothing. In Pinpull's bundle this module is loaded when one of its functions is called first, such as this. */
export function loadHttp2(): void {}

/**
 * Starts HTTP/2 on a TLS socket, which keeps the process alive only while it carries a request. Headers that HTTP/2
 * forbids are left out of requests. A request on a closed connection fails, and may be retried at once.
 */
export function http2Session({
  socket,
  origin,
  isDirect,
  onHttp1Required,
}: Http2SessionOptions): Http2Session {
  const { remoteAddress } = socket
  const address = isDirect && remoteAddress !== undefined ? addressKind(remoteAddress) : undefined
  const session = connect(origin, { createConnection: () => socket })
  let streams = 0
  // Each request gets the error; without a listener it would end the process.
  session.on('error', () => {})
  // An idle connection must not keep the process alive.
  session.unref()

  const send: HostSender = ({ method, url, body }, headers, events) => {
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
      // A session that is closing throws.
      events.onError(error as Error, true)
      return () => {}
    }
    if (streams++ === 0) session.ref()
    let isAnswered = false
    // The server may limit concurrent streams; the timeout starts once this one is sent.
    if (stream.pending) stream.once('ready', events.onSending)
    else events.onSending()
    stream.on('response', (incoming) => {
      isAnswered = true
      events.onResponse(incoming[':status'] ?? 0, distinctHeaders(incoming), stream, address)
    })
    /**
     * Whether the request may be sent again: the server has not processed it, or the connection was closed (RFC
     * 9113, 8.7).
     */
    const mayRetryAtOnce = (error?: NodeJS.ErrnoException): boolean =>
      !isAnswered &&
      (stream.rstCode === NGHTTP2_REFUSED_STREAM ||
        !isOpen(session) ||
        /GOAWAY|ERR_HTTP2_SESSION/.test(`${error?.code} ${error?.message}`))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream.rstCode === NGHTTP2_HTTP_1_1_REQUIRED) onHttp1Required()
      events.onError(error, mayRetryAtOnce(error))
    })
    stream.on('close', () => {
      if (--streams === 0) session.unref()
      if (!isAnswered)
        events.onError(connectionResetError(), stream.rstCode === NGHTTP2_NO_ERROR || mayRetryAtOnce())
    })
    if (body !== undefined) stream.end(body)
    return () => stream.destroy()
  }
  return { send, isOpen: () => isOpen(session), close: () => session.close() }
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
