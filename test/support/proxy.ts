import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface TestProxy {
  readonly url: string
  /** The requests: `CONNECT registry.example.com:443`, `HEAD http://…`. */
  readonly seen: readonly string[]
  /** The `Proxy-Authorization` of each. */
  readonly authorizations: readonly (string | undefined)[]
  close(): Promise<void>
}

/**
 * An HTTP proxy on a free port of loopback, which also acts as the name server: it maps hosts that do not exist to
 * servers of the test, so that rules about public hosts can be tested over real sockets.
 *
 * @param routes the real address of each `host:port`; any other gets `refuse`
 * @param refuse the status for anything else
 */
export async function startProxy(routes: Readonly<Record<string, string>>, refuse = 502): Promise<TestProxy> {
  const seen: string[] = []
  const authorizations: (string | undefined)[] = []
  const open = new Set<Socket>()
  const track = (socket: Socket): Socket => {
    open.add(socket)
    return socket.on('close', () => open.delete(socket)).on('error', () => {})
  }
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`)
    authorizations.push(incoming.headers['proxy-authorization'])
    const target = new URL(incoming.url ?? '')
    const route = routes[`${target.hostname}:${target.port || 80}`]
    if (route === undefined) {
      outgoing.writeHead(refuse).end()
      return
    }
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    const onward = request(`http://${route}${target.pathname}${target.search}`, {
      method: incoming.method,
      headers,
    })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  server.on('connection', track)
  server.on('connect', (incoming, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url}`)
    authorizations.push(incoming.headers['proxy-authorization'])
    const [host, port] = (routes[incoming.url ?? ''] ?? '').split(':')
    if (!port) {
      socket.end(`HTTP/1.1 ${refuse} Refused\r\n\r\n`)
      return
    }
    const onward = track(connect({ host: host ?? '', port: Number(port) }))
    onward.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
