import { gzipSync } from 'node:zlib'
import { INDEX } from '../ask-registry.ts'
import { head, reset, statusAnswer, wholeAnswer } from './answers.ts'
import {
  ALSO_FIVE,
  body,
  end,
  FIVE,
  FOUR_TRIES,
  half,
  headOnly,
  http1,
  type Situation,
  TIMEOUT,
  timeout,
  unavailable,
  write,
} from './situation.ts'

/** Faults over HTTP/1.1 in TLS, at a reachable host. */
export const HTTP1: readonly Situation[] = [
  { what: 'FIN instead of a response', over: 'HTTP/1.1', serve: http1(end), ...FIVE, ...unavailable },
  { what: 'RST instead of a response', over: 'HTTP/1.1', serve: http1(reset), ...FIVE, ...unavailable },
  {
    what: 'FIN within the response headers',
    over: 'HTTP/1.1',
    serve: http1(write(half(headOnly), end)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'RST within the response headers',
    over: 'HTTP/1.1',
    serve: http1(write(half(headOnly), (socket) => setTimeout(reset, 20, socket))),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'bytes that are not HTTP',
    over: 'HTTP/1.1',
    serve: http1(write('220 mail.example.com ESMTP\r\n\r\n')),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'two values of Content-Length',
    over: 'HTTP/1.1',
    serve: http1(write(`${head(200)}content-length: 3\r\n\r\n`)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'headers of more than 16 KiB',
    over: 'HTTP/1.1',
    serve: http1(write(`${head(200, { 'x-padding': 'x'.repeat(20_000) })}\r\n`)),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'an unrequested 101 Switching Protocols',
    over: 'HTTP/1.1',
    serve: http1(write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')),
    ...FIVE,
    ...unavailable,
  },
  {
    what: 'early hints, then the response',
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
    what: 'a chunk with an invalid length',
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
    what: 'no response at all',
    over: 'HTTP/1.1',
    serve: http1(() => {}),
    args: timeout,
    counted: { requests: 1 },
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'half of the headers, then nothing',
    over: 'HTTP/1.1',
    serve: http1(write(half(headOnly))),
    args: timeout,
    counted: { requests: 1 },
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'a body of one byte per second',
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
    what: 'every connection is reset right after its response (200 images)',
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
    what: 'the connection is closed on HEAD, and GET succeeds',
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
    what: '500 for HEAD, and GET succeeds',
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
    what: '401 without a challenge for HEAD, and GET succeeds',
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
    what: '401 without a challenge for every request',
    over: 'HTTP/1.1',
    serve: http1(write(statusAnswer(401))),
    counted: { requests: 4 },
    seconds: 1,
    code: 'REGISTRY_CHALLENGE_INVALID',
    exit: 3,
  },
  {
    what: '503 for every request',
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
    what: '429 for every request',
    over: 'HTTP/1.1',
    serve: http1(write(statusAnswer(429))),
    counted: { requests: 4 },
    seconds: FOUR_TRIES,
    code: 'REGISTRY_RATE_LIMITED',
    exit: 3,
  },
  {
    what: '429 with a Retry-After of an hour',
    over: 'HTTP/1.1',
    serve: http1(write(statusAnswer(429, '', { 'retry-after': '3600' }))),
    counted: { requests: 1 },
    seconds: 1,
    code: 'REGISTRY_RATE_LIMITED',
    exit: 3,
  },
  {
    what: 'a manifest compressed by a proxy',
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
