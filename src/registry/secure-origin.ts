import { Agent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls'
import { RegistryFailure } from './failure.ts'
import { http1Wire } from './http1-wire.ts'
import { type Http2Connection, http2Connection } from './http2-wire.ts'
import type { Limits } from './limits.ts'
import { networkFailure } from './network-failure.ts'
import { secureOptions, type TlsSettings } from './tls.ts'
import { openTunnel } from './tunnel.ts'
import type { Wire } from './wire.ts'

export interface SecureOriginOptions {
  /** Scheme, host and port. */
  readonly origin: URL
  readonly tls: TlsSettings | undefined
  /** Made of these settings by `makeContext`; hosts with the same settings share one. */
  readonly context: SecureContext | undefined
  /** Where connections are tunnelled through. */
  readonly proxy: URL | undefined
  readonly limits: Limits
}

/**
 * What TLS is spoken with under some settings; undefined where Node's defaults do. Making one takes tens of
 * milliseconds where authorities have to be read.
 */
export function makeContext(tls: TlsSettings | undefined): SecureContext | undefined {
  const secure = secureOptions(tls ?? {}, () => getCACertificates('default'))
  return Object.keys(secure).length === 0 ? undefined : createSecureContext(secure)
}

type Way = { readonly kind: 'http1'; readonly wire: Wire } | ({ readonly kind: 'http2' } & Http2Connection)

/**
 * The TLS connections to one host. The first finds out which HTTP the host speaks (ALPN, RFC 7301): HTTP/2 over that
 * one connection, however many requests there are, or HTTP/1.1 over that one and as many more as are needed.
 */
export class SecureOrigin {
  readonly #options: SecureOriginOptions
  #way: Promise<Way> | undefined
  /** What the host gave to resume with (RFC 8446, 2.2): it spares the certificates and most of the arithmetic. */
  #session: Buffer | undefined

  constructor(options: SecureOriginOptions) {
    this.#options = options
  }

  /**
   * What the next request goes over.
   *
   * @throws {RegistryFailure} where no connection can be made
   */
  async wire(): Promise<Wire> {
    for (;;) {
      this.#way ??= this.#connect()
      const asked = this.#way
      try {
        const way = await asked
        if (way.kind === 'http1' || way.isOpen()) return way.wire
        if (this.#way === asked) this.#way = undefined
      } catch (error) {
        if (this.#way === asked) this.#way = undefined
        throw networkFailure(error as NodeJS.ErrnoException, this.#options.origin)
      }
    }
  }

  async #connect(): Promise<Way> {
    const { origin, limits } = this.#options
    const socket = await this.#open(['h2', 'http/1.1'])
    if (socket.alpnProtocol === 'h2') return { kind: 'http2', ...http2Connection(socket, origin) }
    const agent = new FirstAgent(socket, () => this.#another(), limits.connections)
    return {
      kind: 'http1',
      wire: http1Wire((method, url, headers) => httpsRequest(url, { method, headers, agent })),
    }
  }

  /** One more connection, at once where that can be: an agent only counts those that it has. */
  #another(): TLSSocket | Promise<TLSSocket> {
    return this.#options.proxy === undefined ? this.#start(['http/1.1']) : this.#open(['http/1.1'])
  }

  async #open(protocols: readonly string[]): Promise<TLSSocket> {
    const { origin, proxy, limits } = this.#options
    const target = `${origin.hostname}:${origin.port || 443}`
    const socket = this.#start(protocols, proxy && (await openTunnel(proxy, target, limits.connect)))
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const args = { seconds: limits.connect / 1000, stage: 'connecting' }
        socket.destroy(new RegistryFailure('REGISTRY_TIMEOUT', args, { isTemporary: true }))
      }, limits.connect)
      socket.once('error', (error) => {
        clearTimeout(timer)
        reject(error)
      })
      socket.once('secureConnect', () => {
        clearTimeout(timer)
        socket.removeAllListeners('error')
        // Until a request is on it, it must not keep the process alive.
        resolve(socket.unref())
      })
    })
  }

  /** @param tunnel what the connection goes through, where that is a proxy */
  #start(protocols: readonly string[], tunnel?: Duplex): TLSSocket {
    const { origin, tls, context } = this.#options
    const host = origin.hostname.replace(/^\[|\]$/g, '')
    const socket = tlsConnect({
      host,
      port: Number(origin.port || 443),
      ...(tunnel && { socket: tunnel }),
      // An address is no server name (RFC 6066, 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: [...protocols],
      ...(context && { secureContext: context }),
      ...(tls?.skipVerify === true ? { rejectUnauthorized: false } : {}),
      ...(this.#session && { session: this.#session }),
    })
    socket.on('session', (session) => {
      this.#session = session
    })
    return socket
  }
}

/** An agent that is given its first connection, and opens the others in the same way. */
class FirstAgent extends Agent {
  #first: TLSSocket | undefined
  readonly #another: () => TLSSocket | Promise<TLSSocket>

  constructor(first: TLSSocket, another: () => TLSSocket | Promise<TLSSocket>, maxSockets: number) {
    super({ keepAlive: true, maxSockets, scheduling: 'lifo' })
    this.#first = first
    this.#another = another
    // Between being made and being used it may be closed by the other side.
    first.once('error', () => {})
  }

  override createConnection(
    ...[, callback]: Parameters<Agent['createConnection']>
  ): ReturnType<Agent['createConnection']> {
    const first = this.#first
    this.#first = undefined
    if (first !== undefined && !first.destroyed) return first.ref()
    const socket = this.#another()
    if (!(socket instanceof Promise)) return socket
    socket.then(
      (connected) => callback?.(null, connected.ref()),
      // The types want a connection even where there is none.
      (error: Error) => callback?.(error, undefined as never),
    )
    return undefined
  }
}
