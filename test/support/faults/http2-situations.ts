import type { Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { INDEX } from '../ask-registry.ts'
import type { Certificate } from '../registry/certificate.ts'
import { respondWhole } from './answers.ts'
import { http2Server } from './http2-server.ts'
import { type RawServer, rawServer } from './raw-server.ts'
import {
  ALSO_FIVE,
  FIVE,
  FOUR_TRIES,
  half,
  headOnly,
  type Situation,
  TIMEOUT,
  timeout,
  unavailable,
} from './situation.ts'

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

/** Builds a frame: length, type, flags, stream. */
export function frame(type: number, flags: number, payload: readonly number[]): Buffer {
  const { length } = payload
  return Buffer.from([0, length >> 8, length & 0xff, type, flags, 0, 0, 0, 0, ...payload])
}

/** A server that negotiates HTTP/2 and then sends the given bytes. */
const byHand =
  (said: Buffer | string): Situation['serve'] =>
  (tls) =>
    rawServer({ tls: { ...tls, protocols: ['h2'] }, onConnection: (socket) => socket.write(said) })

/** Faults over HTTP/2, at a reachable host. */
export const HTTP2: readonly Situation[] = [
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
    what: 'every stream is reset with HTTP_1_1_REQUIRED, and HTTP/1.1 works',
    over: 'HTTP/2',
    serve: (tls) => http11Required(tls),
    seconds: FOUR_TRIES,
    code: 'pinned',
    exit: 0,
  },
  {
    what: 'the connection is closed as soon as it is open',
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
    what: 'GOAWAY for every request, none of them processed',
    over: 'HTTP/2',
    serve: http2((stream) => goaway(stream.session, 0, 0)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'GOAWAY with ENHANCE_YOUR_CALM for every request',
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
    what: 'the connection is closed after every tenth request (200 images)',
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
    what: 'no concurrent streams allowed',
    over: 'HTTP/2',
    serve: http2(() => {}, { settings: { maxConcurrentStreams: 0 } }),
    args: timeout,
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'a response that is cancelled within its body',
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
    what: 'no frame, not even SETTINGS',
    over: 'HTTP/2',
    serve: byHand(''),
    args: timeout,
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'SETTINGS that a client must reject',
    over: 'HTTP/2',
    serve: byHand(frame(4, 0, [0, 5, 0, 0, 0, 1])),
    ...unavailable,
  },
  {
    what: 'a SETTINGS frame that is too short',
    over: 'HTTP/2',
    serve: byHand(frame(4, 0, [0, 3, 0])),
    ...unavailable,
  },
  { what: 'HTTP/1.1 after agreeing to HTTP/2', over: 'HTTP/2', serve: byHand(`${headOnly}`), ...unavailable },
]

/** Resets every HTTP/2 stream, and responds over HTTP/1.1. */
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
