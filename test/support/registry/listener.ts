import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type Authority, createAuthority } from './certificate.ts'
import type { Answer, SeenRequest } from './script.ts'

export interface TlsOptions {
  /** The issuer of its certificate. Default: a new authority. */
  readonly authority?: Authority
  /** Also offers HTTP/2 by ALPN. */
  readonly http2?: boolean
  /** Names in the certificate. Default: the registry's loopback names. */
  readonly hosts?: readonly string[]
  readonly notAfter?: Date
  /** The common name of its certificate's subject. */
  readonly name?: string
  /** Requires a client certificate of this authority (PEM). */
  readonly clientAuthority?: string
}

export interface Listener {
  readonly host: string
  readonly url: string
  readonly ca: string | undefined
  close(): Promise<void>
}

type Incoming = IncomingMessage | Http2ServerRequest
type Outgoing = ServerResponse | Http2ServerResponse

/**
 * Listens on a free port of 127.0.0.1.
 *
 * @param tls HTTPS with these settings. Default: plain HTTP
 * @param name the server's name in the log of requests
 * @param answer returns the response to a request
 */
export async function listen(
  tls: TlsOptions | undefined,
  name: SeenRequest['server'],
  answer: (request: SeenRequest) => Answer,
): Promise<Listener> {
  const connections = new Map<unknown, number>()
  const open = new Set<Socket>()
  const handle = async (incoming: Incoming, outgoing: Outgoing): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const owner = 'stream' in incoming ? incoming.stream.session : incoming.socket
    if (!connections.has(owner)) connections.set(owner, connections.size + 1)
    const target = new URL(incoming.url ?? '/', 'http://registry.invalid')
    const request: SeenRequest = {
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      path: target.pathname,
      query: target.searchParams,
      headers: incoming.headers,
      httpVersion: incoming.httpVersion,
      body: Buffer.concat(chunks).toString(),
      connection: connections.get(owner) ?? 0,
      server: name,
    }
    send(answer(request), request, outgoing)
  }
  const listener = (incoming: Incoming, outgoing: Outgoing): void => {
    handle(incoming, outgoing).catch(() => outgoing.destroy())
  }

  const { server, ca } = makeServer(tls, listener)
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    ca,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

function makeServer(tls: TlsOptions | undefined, listener: (incoming: Incoming, outgoing: Outgoing) => void) {
  if (tls === undefined) return { server: createHttpServer(listener), ca: undefined }
  const authority = tls.authority ?? createAuthority()
  const secure = {
    ...authority.issue({
      hosts: tls.hosts ?? ['localhost', '127.0.0.1'],
      ...(tls.notAfter === undefined ? {} : { notAfter: tls.notAfter }),
      ...(tls.name === undefined ? {} : { name: tls.name }),
    }),
    ...(tls.clientAuthority === undefined ? {} : { ca: tls.clientAuthority, requestCert: true }),
  }
  const server = tls.http2
    ? createSecureServer({ ...secure, allowHTTP1: true }, listener)
    : createHttpsServer(secure, listener)
  return { server, ca: authority.ca }
}

function send(answer: Answer, request: SeenRequest, outgoing: Outgoing): void {
  if (answer.hang) return
  if (answer.cutAfter === 0) {
    outgoing.destroy()
    return
  }
  const write = (): void => {
    if (outgoing.destroyed) return
    outgoing.statusCode = answer.status
    for (const [name, value] of Object.entries(answer.headers)) outgoing.setHeader(name, value)
    // Also for HEAD, as registries do: Node's client closes a connection after a response without a length.
    if (!outgoing.hasHeader('content-length')) outgoing.setHeader('content-length', answer.body.length)
    if (request.method === 'HEAD') {
      outgoing.end()
      return
    }
    if (answer.cutAfter === undefined) {
      outgoing.end(answer.body)
      return
    }
    // Both kinds of response have this method, but with different signatures.
    const sink = outgoing as ServerResponse
    sink.write(answer.body.subarray(0, answer.cutAfter), () => outgoing.destroy())
  }
  if (answer.delay === undefined) write()
  else setTimeout(write, answer.delay).unref()
}
