import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from '../registry/certificate.ts'

/** A request as received. */
export interface RawRequest {
  readonly method: string
  /** The request target and headers, as text. */
  readonly head: string
  readonly target: string
  /** The number of requests to the server so far, and over this connection. */
  readonly count: number
  readonly onConnection: number
}

export interface RawServer {
  readonly port: number
  /** The number of requests so far. */
  readonly requests: () => number
  readonly connections: () => number
  close(): Promise<void>
}

export interface RawServerOptions {
  /** Use TLS with this certificate, and these ALPN protocols. */
  readonly tls?: Certificate & { readonly protocols?: readonly string[] }
  /** Called for every connection before it has sent anything. */
  readonly onConnection?: (socket: Socket) => void
  /** Called for every HTTP/1.1 request after its headers have arrived. */
  readonly onRequest?: (socket: Socket, request: RawRequest) => void
}

/** A server that responds with raw bytes, so that it can break every rule of HTTP. It only listens on loopback. */
export async function rawServer(options: RawServerOptions): Promise<RawServer> {
  const open = new Set<Socket>()
  let requests = 0
  let connections = 0
  const handle = (socket: Socket): void => {
    let text = ''
    let onConnection = 0
    socket.on('error', () => {})
    options.onConnection?.(socket)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (;;) {
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = text.slice(0, end)
        text = text.slice(end + 4)
        const [method = '', target = ''] = head.split(' ')
        requests += 1
        onConnection += 1
        options.onRequest?.(socket, { method, head, target, count: requests, onConnection })
      }
    })
  }
  const { tls } = options
  const server: Server =
    tls === undefined
      ? createServer(handle)
      : createTlsServer(
          { cert: tls.cert, key: tls.key, ...(tls.protocols && { ALPNProtocols: [...tls.protocols] }) },
          handle,
        )
  server.on('tlsClientError', () => {})
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
