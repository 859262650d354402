import type { Socket } from 'node:net'
import { reset, statusAnswer, wholeAnswer } from './answers.ts'
import { frame } from './http2-situations.ts'
import { rawServer } from './raw-server.ts'
import { end, FOUR_TRIES, http1, type Situation, TIMEOUT, timeout, unavailable, write } from './situation.ts'

const tcp =
  (onConnection: (socket: Socket) => void): Situation['serve'] =>
  () =>
    rawServer({ onConnection })

const nothing: Situation['serve'] = async () => {
  const server = await rawServer({})
  await server.close()
  return { ...server, close: async () => {} }
}

/** Faults below HTTP: TLS, TCP, name servers and proxies. */
export const CONNECTIONS: readonly Situation[] = [
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
    what: 'plain HTTP from an https mirror',
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
    what: 'a certificate from an unknown authority',
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
    what: 'TLS from an http mirror',
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
    onNode: true,
    seconds: 1,
    code: 'REGISTRY_HOST_UNKNOWN',
    exit: 3,
  },
  {
    what: 'a name server that reports a temporary failure',
    over: 'DNS',
    serve: nothing,
    host: 'eai-again.test',
    onNode: true,
    ...unavailable,
  },
  {
    what: 'a name server that never responds',
    over: 'DNS',
    serve: nothing,
    host: 'silence.test',
    onNode: true,
    args: timeout,
    seconds: TIMEOUT,
    code: 'DEADLINE_EXCEEDED',
    exit: 3,
  },
  {
    what: 'no route to the address',
    over: 'TCP',
    serve: nothing,
    host: 'ehostunreach.test',
    onNode: true,
    ...unavailable,
  },
  {
    what: 'an unreachable proxy',
    over: 'proxy',
    serve: nothing,
    host: 'registry.example.com',
    env: { HTTPS_PROXY: 'http://127.0.0.1:PORT' },
    seconds: FOUR_TRIES,
    code: 'REGISTRY_PROXY_FAILED',
    exit: 3,
  },
  {
    what: 'a proxy that requires authentication',
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
    what: 'a proxy that closes every tunnel',
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
    what: 'a proxy whose tunnel leads nowhere',
    over: 'proxy',
    serve: () => rawServer({ onRequest: write('HTTP/1.1 200 OK\r\n\r\n', end) }),
    host: 'registry.example.com',
    env: { HTTPS_PROXY: 'http://127.0.0.1:PORT' },
    ...unavailable,
  },
]
