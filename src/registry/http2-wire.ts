import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { HttpAnswer } from './http.ts'
import type { Wire } from './wire.ts'

/** One connection that carries many requests at a time. */
export interface Http2Connection {
  readonly wire: Wire
  /** Whether it still takes requests. */
  isOpen(): boolean
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

/** Speaks HTTP/2 over a TLS connection on which both sides have agreed to it. */
export function http2Connection(socket: TLSSocket, origin: URL): Http2Connection {
  const session = connect(origin, { createConnection: () => socket })
  let streams = 0
  // What goes wrong with the connection reaches each of its requests; without a listener it would end the process.
  session.on('error', () => {})
  // A connection that nobody waits for must not keep the process alive.
  session.unref()

  const wire: Wire = ({ method, url, body }, headers, events) => {
    if (!isOpen(session)) {
      events.failed(new Error('the connection has gone'), true)
      return () => {}
    }
    const sent: OutgoingHttpHeaders = { ':method': method, ':path': `${url.pathname}${url.search}` }
    for (const name in headers) if (!FORBIDDEN.has(name)) sent[name] = headers[name]
    if (streams++ === 0) session.ref()
    const stream = session.request(sent, { endStream: body === undefined })
    let isAnswered = false
    events.sending()
    stream.on('response', (incoming) => {
      isAnswered = true
      events.answered(incoming[':status'] ?? 0, distinct(incoming), stream)
    })
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // After GOAWAY, and on REFUSED_STREAM, the server has not looked at the request (RFC 9113, 8.7).
      events.failed(error, !isAnswered && /GOAWAY|REFUSED_STREAM/.test(`${error.code} ${error.message}`))
    })
    stream.on('close', () => {
      if (--streams === 0) session.unref()
      if (!isAnswered) events.failed(new Error('the connection has gone'), stream.rstCode === 0)
    })
    if (body !== undefined) stream.end(body)
    return () => stream.destroy()
  }
  return { wire, isOpen: () => isOpen(session) }
}

function isOpen(session: ClientHttp2Session): boolean {
  return !session.closed && !session.destroyed
}

function distinct(incoming: IncomingHttpHeaders): HttpAnswer['headers'] {
  const headers: Record<string, readonly string[]> = {}
  for (const name in incoming) {
    const value = incoming[name]
    if (value === undefined || name.startsWith(':')) continue
    headers[name] = Array.isArray(value) ? value : [String(value)]
  }
  return headers
}
