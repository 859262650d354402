import type { Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { Code } from '../../../src/diagnostics/catalogue.ts'
import { INDEX } from '../ask-registry.ts'
import type { Certificate } from '../registry/certificate.ts'
import { head, reset, respondWhole, statusAnswer, wholeAnswer } from './answers.ts'
import { http2Server } from './http2-server.ts'
import { type RawRequest, type RawServer, rawServer } from './raw-server.ts'

/** What can go wrong between Pinpull and a registry, and what is right then. */
export interface Situation {
  /** As the documentation has it. */
  readonly what: string
  readonly over: 'HTTP/1.1' | 'HTTP/2' | 'TLS' | 'TCP' | 'DNS' | 'proxy'
  /** @param tls a certificate for 127.0.0.1 */
  readonly serve: (tls: Certificate) => Promise<RawServer>
  /** How many images are asked for; one by default. */
  readonly images?: number
  /** The registry that is named; default: the server at 127.0.0.1. */
  readonly host?: string
  /** More arguments and variables for the program; `PORT` in them is the server's. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What the server counts: requests, or connections where none gets as far; absent where that depends on timing. */
  readonly counted?: { readonly requests: number } | { readonly connections: number }
  /** The longest that it may take, in seconds, the start of the program left out. */
  readonly seconds: number
  /** `pinned` where it goes well in the end. */
  readonly code: Code | 'pinned'
  readonly exit: 0 | 1 | 3
}

/** Four tries with waits of 0.5, 1 and 2 seconds, a fifth more at most. */
const FOUR_TRIES = 5
/** What `--timeout` says, where a server does nothing. */
const TIMEOUT = 2
const timeout = ['--timeout', `${TIMEOUT}s`]

type Act = (socket: Socket, request: RawRequest) => void

/** A registry over HTTP/1.1 in TLS. */
const http1 =
  (onRequest: Act): Situation['serve'] =>
  (tls) =>
    rawServer({ tls, onRequest })

/** One that never answers a HEAD as it should, and whose GET acts. */
const body = (act: Act): Situation['serve'] =>
  http1((socket, request) => {
    if (request.method === 'HEAD') socket.write(statusAnswer(405))
    else act(socket, request)
  })

const write =
  (text: string, then: (socket: Socket) => void = () => {}): Act =>
  (socket) => {
    socket.write(text, () => then(socket))
  }

const end = (socket: Socket): void => void socket.end()
const half = (text: string): string => text.slice(0, text.length / 2)
const headOnly = wholeAnswer({ method: 'HEAD' })

const unavailable = { seconds: FOUR_TRIES, code: 'REGISTRY_UNAVAILABLE', exit: 3 } as const
/** Four HEADs and a GET. */
const FIVE = { counted: { requests: 5 } }
/** A HEAD and four GETs. */
const ALSO_FIVE = { counted: { requests: 5 } }

const HTTP1: readonly Situation[] = [
  { what: 'FIN instead of an answer', over: 'HTTP/1.1', serve: http1(end), ...FIVE, ...unavailable },
  { what: 'RST instead of an answer', over: 'HTTP/1.1', serve: http1(reset), ...FIVE, ...unavailable },
  {
    what: 'FIN within the head of the answer',
    over: 'HTTP/1.1',
    serve: http1(write(half(headOnly), end)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'RST within the head of the answer',
    over: 'HTTP/1.1',
    serve: http1(write(half(headOnly), (socket) => setTimeout(reset, 20, socket))),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'something that is not HTTP',
    over: 'HTTP/1.1',
    serve: http1(write('220 mail.example.com ESMTP\r\n\r\n')),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'two lengths of one body',
    over: 'HTTP/1.1',
    serve: http1(write(`${head(200)}content-length: 3\r\n\r\n`)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'a head of more than 16 KiB',
    over: 'HTTP/1.1',
    serve: http1(write(`${head(200, { 'x-padding': 'x'.repeat(20_000) })}\r\n`)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'a switch of protocols that nobody asked for',
    over: 'HTTP/1.1',
    serve: http1(write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'early hints, then the answer',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${wholeAnswer(request)}`)
    }),
    counted: { requests: 1 },
    seconds: 1,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'FIN within the body',
    over: 'HTTP/1.1',
    serve: body(write(`${head(200)}\r\n${half(INDEX.text)}`, end)),
    ...ALSO_FIVE,
    ...unavailable,
  },
  {
    what: 'RST within the body',
    over: 'HTTP/1.1',
    serve: body(write(`${head(200)}\r\n${half(INDEX.text)}`, (socket) => setTimeout(reset, 20, socket))),
    ...ALSO_FIVE,
    ...unavailable,
  },
  {
    what: 'a chunk whose length is no number',
    over: 'HTTP/1.1',
    serve: body(
      write(`${head(200, { 'content-length': undefined, 'transfer-encoding': 'chunked' })}\r\nzz\r\n`),
    ),
    ...ALSO_FIVE,
    ...unavailable,
  },
  {
    what: 'a body that ends before its last chunk',
    over: 'HTTP/1.1',
    serve: body(
      write(
        `${head(200, { 'content-length': undefined, 'transfer-encoding': 'chunked' })}\r\n3\r\n{"a\r\n`,
        end,
      ),
    ),
    ...ALSO_FIVE,
    ...unavailable,
  },
  {
    what: 'nothing, for ever',
    over: 'HTTP/1.1',
    serve: http1(() => {}),
    args: timeout,
    counted: { requests: 1 },
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'half a head, then nothing',
    over: 'HTTP/1.1',
    serve: http1(write(half(headOnly))),
    args: timeout,
    counted: { requests: 1 },
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'a body of one byte a second',
    over: 'HTTP/1.1',
    serve: body((socket) => {
      socket.write(`${head(200)}\r\n`)
      const drip = setInterval(() => socket.write('{'), 1000)
      socket.on('close', () => clearInterval(drip))
    }),
    args: timeout,
    counted: { requests: 2 },
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'every kept connection is reset at its second request (200 images)',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      if (request.onConnection > 1) reset(socket)
      else setTimeout(() => socket.write(wholeAnswer(request)), 10)
    }),
    images: 200,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'every kept connection is closed at its second request (200 images)',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      if (request.onConnection > 1) socket.destroy()
      else setTimeout(() => socket.write(wholeAnswer(request)), 10)
    }),
    images: 200,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'every connection is reset right after its answer (200 images)',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      socket.write(wholeAnswer(request), () => setTimeout(reset, 5, socket))
    }),
    images: 200,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'HEAD is cut off, and GET is answered',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      if (request.method === 'HEAD') socket.destroy()
      else socket.write(wholeAnswer(request))
    }),
    ...FIVE,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'HEAD is answered with 500, and GET as it should be',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      socket.write(request.method === 'HEAD' ? statusAnswer(500) : wholeAnswer(request))
    }),
    ...FIVE,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'HEAD is answered with 401 and no challenge, and GET as it should be',
    over: 'HTTP/1.1',
    serve: http1((socket, request) => {
      const isManifest = request.method === 'GET' && request.target !== '/v2/'
      socket.write(isManifest ? wholeAnswer(request) : statusAnswer(401))
    }),
    counted: { requests: 3 },
    seconds: 1,
    code: 'pinned',
    exit: 0,
  },
  {
    what: '401 without a challenge to everything',
    over: 'HTTP/1.1',
    serve: http1(write(statusAnswer(401))),
    counted: { requests: 4 },
    seconds: 1,
    code: 'REGISTRY_CHALLENGE_INVALID',
    exit: 3,
  },
  {
    what: '503 to everything',
    over: 'HTTP/1.1',
    serve: http1((socket, { method }) => {
      socket.write(statusAnswer(503, method === 'HEAD' ? '' : 'we are moving'))
    }),
    ...FIVE,
    seconds: FOUR_TRIES,
    code: 'REGISTRY_ERROR',
    exit: 3,
  },
  {
    what: '429 to everything',
    over: 'HTTP/1.1',
    serve: http1(write(statusAnswer(429))),
    counted: { requests: 4 },
    seconds: FOUR_TRIES,
    code: 'REGISTRY_RATE_LIMITED',
    exit: 3,
  },
  {
    what: '429 that asks for an hour',
    over: 'HTTP/1.1',
    serve: http1(write(statusAnswer(429, '', { 'retry-after': '3600' }))),
    counted: { requests: 1 },
    seconds: 1,
    code: 'REGISTRY_RATE_LIMITED',
    exit: 3,
  },
  {
    what: 'a manifest that a proxy has compressed',
    over: 'HTTP/1.1',
    serve: body((socket) => {
      const zipped = gzipSync(INDEX.text)
      socket.write(
        `${head(200, { 'content-encoding': 'gzip', 'content-length': String(zipped.length) })}\r\n`,
      )
      socket.write(zipped)
    }),
    counted: { requests: 2 },
    seconds: 1,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'a few bytes that expand to 20 MB',
    over: 'HTTP/1.1',
    serve: body((socket) => {
      const zipped = gzipSync(Buffer.alloc(20_000_000, ' '))
      socket.write(
        `${head(200, { 'content-encoding': 'gzip', 'content-length': String(zipped.length) })}\r\n`,
      )
      socket.write(zipped)
    }),
    counted: { requests: 2 },
    seconds: 2,
    code: 'MANIFEST_TOO_LARGE',
    exit: 1,
  },
]

const http2 =
  (
    onStream: Parameters<typeof http2Server>[0]['onStream'],
    more: Omit<Parameters<typeof http2Server>[0], 'tls' | 'onStream'> = {},
  ): Situation['serve'] =>
  (tls) =>
    http2Server({ tls, onStream, ...more })

/** Error codes of HTTP/2 (RFC 9113, 7) with which every stream is reset. */
const RESETS: readonly (readonly [name: string, code: number])[] = [
  ['NO_ERROR', 0],
  ['PROTOCOL_ERROR', 1],
  ['INTERNAL_ERROR', 2],
  ['FLOW_CONTROL_ERROR', 3],
  ['STREAM_CLOSED', 5],
  ['FRAME_SIZE_ERROR', 6],
  ['REFUSED_STREAM', 7],
  ['CANCEL', 8],
  ['COMPRESSION_ERROR', 9],
  ['CONNECT_ERROR', 10],
  ['ENHANCE_YOUR_CALM', 11],
  ['INADEQUATE_SECURITY', 12],
]

const goaway = (session: Http2Session | undefined, code: number, last: number): void => {
  session?.goaway(code, last)
  setTimeout(() => session?.destroy(), 50).unref()
}

/** Frames by hand: length, type, flags, stream. */
function frame(type: number, flags: number, payload: readonly number[]): Buffer {
  const { length } = payload
  return Buffer.from([0, length >> 8, length & 0xff, type, flags, 0, 0, 0, 0, ...payload])
}

/** A server that has agreed to HTTP/2 and says something by hand. */
const byHand =
  (said: Buffer | string): Situation['serve'] =>
  (tls) =>
    rawServer({ tls: { ...tls, protocols: ['h2'] }, onConnection: (socket) => socket.write(said) })

const HTTP2: readonly Situation[] = [
  ...RESETS.map(
    ([name, code]): Situation => ({
      what: `every stream is reset with ${name}`,
      over: 'HTTP/2',
      serve: http2((stream) => stream.close(code)),
      ...FIVE,
      ...unavailable,
    }),
  ),
  {
    what: 'every stream is reset with HTTP_1_1_REQUIRED, by a server that speaks it',
    over: 'HTTP/2',
    serve: (tls) => http11Required(tls),
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'the connection is gone as soon as it stands',
    over: 'HTTP/2',
    serve: http2(() => {}, { onSession: (session) => session.destroy() }),
    ...unavailable,
  },
  {
    what: 'the connection is reset at every request',
    over: 'HTTP/2',
    serve: http2((stream) => {
      const socket = stream.session?.socket as unknown as Socket | undefined
      socket?.destroy()
    }),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'GOAWAY to every request, none of which was looked at',
    over: 'HTTP/2',
    serve: http2((stream) => goaway(stream.session, 0, 0)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'GOAWAY with ENHANCE_YOUR_CALM to every request',
    over: 'HTTP/2',
    serve: http2((stream) => goaway(stream.session, 11, 0)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'GOAWAY after the first request of every connection (200 images)',
    over: 'HTTP/2',
    serve: http2((stream, { method, onSession }) => {
      if (onSession > 1) return
      respondWhole(stream, method)
      goaway(stream.session, 0, stream.id ?? 0)
    }),
    images: 200,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'the connection is cut after every tenth request (200 images)',
    over: 'HTTP/2',
    serve: http2((stream, { method, onSession }) => {
      if (onSession % 10 === 0) stream.session?.destroy()
      else respondWhole(stream, method)
    }),
    images: 200,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'streams are refused beyond the first two of a connection (200 images)',
    over: 'HTTP/2',
    serve: http2((stream, { method, onSession }) => {
      if (onSession > 2) stream.close(7)
      else respondWhole(stream, method)
    }),
    images: 200,
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'one stream at a time (50 images)',
    over: 'HTTP/2',
    serve: http2((stream, { method }) => setTimeout(() => respondWhole(stream, method), 10), {
      settings: { maxConcurrentStreams: 1 },
    }),
    images: 50,
    counted: { requests: 50 },
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'no stream at all',
    over: 'HTTP/2',
    serve: http2(() => {}, { settings: { maxConcurrentStreams: 0 } }),
    args: timeout,
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'an answer that is cancelled within its body',
    over: 'HTTP/2',
    serve: http2((stream, { method }) => {
      if (method === 'HEAD') {
        stream.respond({ ':status': 405 }, { endStream: true })
        return
      }
      stream.respond({ ':status': 200, 'content-type': INDEX.type, 'content-length': INDEX.text.length })
      stream.write(half(INDEX.text), () => stream.close(8))
    }),
    ...ALSO_FIVE,
    ...unavailable,
  },
  {
    what: 'nothing, not even settings',
    over: 'HTTP/2',
    serve: byHand(''),
    args: timeout,
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'settings that no client may accept',
    over: 'HTTP/2',
    serve: byHand(frame(4, 0, [0, 5, 0, 0, 0, 1])),
    ...unavailable,
  },
  {
    what: 'a frame of settings that is too short',
    over: 'HTTP/2',
    serve: byHand(frame(4, 0, [0, 3, 0])),
    ...unavailable,
  },
  { what: 'HTTP/1.1 after agreeing to HTTP/2', over: 'HTTP/2', serve: byHand(`${headOnly}`), ...unavailable },
]

/** Resets every stream, and answers over HTTP/1.1. */
async function http11Required(tls: Certificate): Promise<RawServer> {
  const { createSecureServer } = await import('node:http2')
  let requests = 0
  const server = createSecureServer({ ...tls, allowHTTP1: true }, (incoming, outgoing) => {
    requests += 1
    if (incoming.httpVersion === '2.0') return incoming.stream.close(13)
    outgoing.writeHead(200, { 'content-type': INDEX.type, 'docker-content-digest': INDEX.digest })
    outgoing.end(incoming.method === 'HEAD' ? '' : INDEX.text)
  })
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => open.add(socket))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as { port: number }).port,
    requests: () => requests,
    connections: () => open.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

const tcp =
  (onConnection: (socket: Socket) => void): Situation['serve'] =>
  () =>
    rawServer({ onConnection })

const nothing: Situation['serve'] = async () => {
  const server = await rawServer({})
  await server.close()
  return { ...server, close: async () => {} }
}

const BELOW: readonly Situation[] = [
  { what: 'FIN before the handshake', over: 'TLS', serve: tcp(end), ...unavailable },
  { what: 'RST before the handshake', over: 'TLS', serve: tcp(reset), ...unavailable },
  {
    what: 'FIN within the handshake',
    over: 'TLS',
    serve: tcp((socket) => socket.once('data', () => socket.destroy())),
    ...unavailable,
  },
  {
    what: 'FIN right after the handshake',
    over: 'TLS',
    serve: (tls) => rawServer({ tls, onConnection: (socket) => socket.end() }),
    ...unavailable,
  },
  {
    what: 'RST right after the handshake',
    over: 'TLS',
    serve: (tls) => rawServer({ tls, onConnection: reset }),
    ...unavailable,
  },
  {
    what: 'silence instead of a handshake',
    over: 'TLS',
    serve: tcp(() => {}),
    args: timeout,
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'an alert instead of a handshake',
    over: 'TLS',
    serve: tcp((socket) => socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 0x50])))),
    counted: { connections: 1 },
    seconds: 1,
    code: 'REGISTRY_TLS_INVALID',
    exit: 3,
  },
  {
    what: 'an answer in plain HTTP at a mirror that is https',
    over: 'TLS',
    serve: () =>
      rawServer({ onConnection: (socket) => socket.once('data', () => socket.end(statusAnswer(400))) }),
    args: ['--mirror', '*=https://127.0.0.1:PORT'],
    counted: { connections: 1 },
    seconds: 1,
    code: 'REGISTRY_SPEAKS_HTTP',
    exit: 3,
  },
  {
    what: 'a certificate that nobody vouches for',
    over: 'TLS',
    serve: http1((socket, request) => void socket.write(wholeAnswer(request))),
    env: { SSL_CERT_FILE: '' },
    counted: { connections: 1 },
    seconds: 1,
    code: 'REGISTRY_TLS_UNTRUSTED',
    exit: 3,
  },
  {
    what: 'a certificate for another host',
    over: 'TLS',
    serve: http1((socket, request) => void socket.write(wholeAnswer(request))),
    host: 'localhost:PORT',
    seconds: 1,
    code: 'REGISTRY_TLS_INVALID',
    exit: 3,
  },
  {
    what: 'a server without ALPN',
    over: 'TLS',
    serve: http1((socket, request) => void socket.write(wholeAnswer(request))),
    counted: { requests: 1 },
    seconds: 1,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'HTTP/2 after agreeing to HTTP/1.1',
    over: 'TLS',
    serve: (tls) =>
      rawServer({
        tls: { ...tls, protocols: ['http/1.1'] },
        onConnection: (socket) => socket.write(frame(4, 0, [])),
      }),
    ...unavailable,
  },
  {
    what: 'TLS at a mirror that is http',
    over: 'TCP',
    serve: http1(() => {}),
    args: ['--mirror', '*=http://127.0.0.1:PORT'],
    seconds: FOUR_TRIES,
    code: 'REGISTRY_SPEAKS_TLS',
    exit: 3,
  },
  { what: 'nothing listens', over: 'TCP', serve: nothing, ...unavailable },
  {
    what: 'a name that does not exist',
    over: 'DNS',
    serve: nothing,
    host: 'enotfound.test',
    seconds: 1,
    code: 'REGISTRY_HOST_UNKNOWN',
    exit: 3,
  },
  {
    what: 'a name server that does not answer',
    over: 'DNS',
    serve: nothing,
    host: 'eai-again.test',
    ...unavailable,
  },
  { what: 'no way to the address', over: 'TCP', serve: nothing, host: 'ehostunreach.test', ...unavailable },
  {
    what: 'a proxy that is not there',
    over: 'proxy',
    serve: nothing,
    host: 'registry.example.com',
    env: { HTTPS_PROXY: 'http://127.0.0.1:PORT' },
    seconds: FOUR_TRIES,
    code: 'REGISTRY_PROXY_FAILED',
    exit: 3,
  },
  {
    what: 'a proxy that wants to know who asks',
    over: 'proxy',
    serve: () => rawServer({ onRequest: write(statusAnswer(407)) }),
    host: 'registry.example.com',
    env: { HTTPS_PROXY: 'http://127.0.0.1:PORT' },
    counted: { requests: 1 },
    seconds: 1,
    code: 'REGISTRY_PROXY_FAILED',
    exit: 3,
  },
  {
    what: 'a proxy that cuts every tunnel off',
    over: 'proxy',
    serve: () => rawServer({ onRequest: reset }),
    host: 'registry.example.com',
    env: { HTTPS_PROXY: 'http://127.0.0.1:PORT' },
    counted: { requests: 4 },
    seconds: FOUR_TRIES,
    code: 'REGISTRY_PROXY_FAILED',
    exit: 3,
  },
  {
    what: 'a proxy that opens a tunnel to nowhere',
    over: 'proxy',
    serve: () => rawServer({ onRequest: write('HTTP/1.1 200 OK\r\n\r\n', end) }),
    host: 'registry.example.com',
    env: { HTTPS_PROXY: 'http://127.0.0.1:PORT' },
    ...unavailable,
  },
]

/** Every situation of the matrix in `docs/registries.md`. */
export const SITUATIONS: readonly Situation[] = [...HTTP1, ...HTTP2, ...BELOW]
