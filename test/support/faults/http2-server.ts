import {
  createSecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Certificate } from '../registry/certificate.ts'
import type { RawServer } from './raw-server.ts'

export interface Http2ServerOptions {
  readonly tls: Certificate
  readonly settings?: Settings
  readonly onSession?: (session: ServerHttp2Session) => void
  /** The number of requests over this connection so far, including this one. */
  readonly onStream: (
    stream: ServerHttp2Stream,
    request: {
      readonly method: string
      readonly target: string
      readonly count: number
      readonly onSession: number
    },
  ) => void
}

/** A server that only supports HTTP/2, and whose sessions and streams can be ended in every way. */
export async function http2Server({
  tls,
  settings,
  onSession,
  onStream,
}: Http2ServerOptions): Promise<RawServer> {
  const sessions = new Set<ServerHttp2Session>()
  const counts = new WeakMap<object, number>()
  let requests = 0
  let connections = 0
  const server = createSecureServer({ cert: tls.cert, key: tls.key, ...(settings && { settings }) })
  server.on('session', (session) => {
    connections += 1
    sessions.add(session)
    session.on('error', () => {}).on('close', () => sessions.delete(session))
    onSession?.(session)
  })
  server.on('stream', (stream, headers) => {
    requests += 1
    stream.on('error', () => {})
    const key = stream.session ?? stream
    const onThis = (counts.get(key) ?? 0) + 1
    counts.set(key, onThis)
    onStream(stream, {
      method: String(headers[':method']),
      target: String(headers[':path']),
      count: requests,
      onSession: onThis,
    })
  })
  server.on('tlsClientError', () => {}).on('sessionError', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy()
        server.close(() => resolve())
      }),
  }
}
