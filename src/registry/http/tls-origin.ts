import { isIP, type Socket } from 'node:net'
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls'
import { bareHostname, effectivePort } from '../../reference/server-url.ts'
import { isPlainHttpError } from '../errors/network.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { type AllowedAddresses, guardedLookup } from './address.ts'
import type { Connection } from './http.ts'
import { http1TlsConnection } from './http1-tls.ts'
import { type Http2Session, http2Session, loadHttp2 } from './http2.ts'
import type { Limits } from './limits.ts'
import type { HttpProxy } from './proxy.ts'
import { openTunnel } from './proxy-connection.ts'
import { type SingleUseConnection, singleUseConnections } from './single-use-connections.ts'
import { connected, connectionResetError, startConnecting } from './tcp.ts'
import { secureContextOptions, type TlsSettings } from './tls.ts'

export interface TlsOriginOptions {
  /** Scheme, host and port. */
  readonly origin: URL
  readonly tls: TlsSettings | undefined
  /** Made of these settings by `makeContext`; hosts with the same settings share one. */
  readonly context: SecureContext
  /** Where connections are tunnelled through. */
  readonly proxy: HttpProxy | undefined
  /** Which addresses the host may have, where there is no proxy; undefined: any. */
  readonly allowedAddresses: AllowedAddresses | undefined
  /** The first connection, where it was begun ahead. */
  readonly startedSocket: Socket | undefined
  readonly limits: Limits
}

export type { TlsOrigin }

/** Makes the connections to one host. */
export function tlsOrigin(options: TlsOriginOptions): TlsOrigin {
  return new TlsOrigin(options)
}

/** What TLS is spoken with under some settings. Making one takes tens of milliseconds where authorities have to be read. */
export function createTlsContext(tls: TlsSettings | undefined): SecureContext {
  return createSecureContext(secureContextOptions(tls ?? {}, () => getCACertificates('default')))
}

/** A host that has not answered for so many milliseconds leaves time to load what most hosts speak. */
const HTTP2_PRELOAD_AFTER_MS = 2

/** @returns takes it back */
function preloadHttp2(): () => void {
  let looking: NodeJS.Immediate | undefined
  const waiting = setTimeout(() => {
    // What has come in the meantime is looked at first.
    looking = setImmediate(loadHttp2)
  }, HTTP2_PRELOAD_AFTER_MS)
  return () => {
    clearTimeout(waiting)
    clearImmediate(looking)
  }
}

type NegotiatedProtocol =
  | { readonly kind: 'http1'; readonly connection: Connection }
  | ({ readonly kind: 'http2' } & Http2Session)

/**
 * The TLS connections to one host. The first finds out which HTTP the host speaks (ALPN, RFC 7301): HTTP/2 over that
 * one connection, however many requests there are, or HTTP/1.1 over that one and as many more as are needed.
 */
class TlsOrigin {
  readonly #options: TlsOriginOptions
  #startedSocket: Socket | undefined
  #negotiating: Promise<NegotiatedProtocol> | undefined
  /** What `#way` has come to. */
  #negotiated: NegotiatedProtocol | undefined
  /** What requests go over that need a connection of their own. */
  #singleUse: Connection | undefined
  /** Whether the host has refused to speak HTTP/2. */
  #isHttp1 = false
  /** What the host gave to resume with (RFC 8446, 2.2): it spares the certificates and most of the arithmetic. */
  #session: Buffer | undefined

  constructor(options: TlsOriginOptions) {
    this.#options = options
    this.#startedSocket = options.startedSocket
  }

  /** What the next request goes over, where a connection stands. */
  get openConnection(): Connection | undefined {
    const protocol = this.#negotiated
    return protocol !== undefined && isOpen(protocol) ? protocol.connection : undefined
  }

  /** Begins the connection that the next request waits for; if it fails, that request fails. */
  connect(): void {
    this.#negotiating ??= this.#negotiate()
    this.#negotiating.catch(() => {})
  }

  /**
   * What the next request goes over.
   *
   * @throws what kept the connection from being made
   */
  async connection(): Promise<Connection> {
    for (;;) {
      this.#negotiating ??= this.#negotiate()
      const asked = this.#negotiating
      try {
        const protocol = await asked
        if (isOpen(protocol)) {
          this.#negotiated = protocol
          return protocol.connection
        }
        if (this.#negotiating === asked) this.#negotiating = undefined
      } catch (error) {
        // Who speaks no TLS will not learn it within a run; of anything else, the next request makes another try.
        const speaksHttp = isPlainHttpError(error as NodeJS.ErrnoException)
        if (this.#negotiating === asked && !speaksHttp) this.#negotiating = undefined
        throw error
      }
    }
  }

  /**
   * What a request goes over that was lost with a connection, or with an answer: one that nothing has gone over.
   *
   * @throws what kept the connection from being made
   */
  newConnection(): Connection {
    this.#singleUse ??= singleUseConnections(
      () => this.#singleUseConnection(),
      this.#options.limits.connections,
    )
    return this.#singleUse
  }

  async #negotiate(): Promise<NegotiatedProtocol> {
    const socket = await this.#openSocket(this.#protocols())
    if (socket.alpnProtocol === 'h2') return { kind: 'http2', ...this.#http2(socket) }
    return { kind: 'http1', connection: this.#http1(socket, true) }
  }

  async #singleUseConnection(): Promise<SingleUseConnection> {
    const socket = await this.#openSocket(this.#protocols())
    if (socket.alpnProtocol === 'h2') return { socket, ...this.#http2(socket) }
    return { socket, connection: this.#http1(socket, false), close: () => {} }
  }

  /** What is offered to the host; a server that only speaks HTTP/1.1 to some answers every connection so. */
  #protocols(): readonly string[] {
    return this.#isHttp1 ? ['http/1.1'] : ['h2', 'http/1.1']
  }

  #http2(socket: TLSSocket): Http2Session {
    return http2Session({
      socket,
      origin: this.#options.origin,
      isDirect: this.#options.proxy === undefined,
      onHttp1Required: () => {
        this.#isHttp1 = true
        this.#negotiating = undefined
        this.#negotiated = undefined
      },
    })
  }

  #http1(firstSocket: TLSSocket, keepAlive: boolean): Connection {
    return http1TlsConnection({
      firstSocket,
      openSocket: () => this.#anotherSocket(),
      maxSockets: keepAlive ? this.#options.limits.connections : 1,
      keepAlive,
      isDirect: this.#options.proxy === undefined,
    })
  }

  /** One more connection, at once where that can be: an agent only counts those that it has. */
  #anotherSocket(): TLSSocket | Promise<TLSSocket> {
    if (this.#options.proxy !== undefined) return this.#openSocket(['http/1.1'])
    const { origin } = this.#options
    return this.#startTls(['http/1.1'], { port: Number(effectivePort(origin)) })
  }

  async #openSocket(protocols: readonly string[]): Promise<TLSSocket> {
    const { origin, proxy, limits, allowedAddresses } = this.#options
    if (proxy !== undefined) {
      const target = `${origin.hostname}:${effectivePort(origin)}`
      return await this.#handshake(protocols, await openTunnel(proxy, target, limits.connect))
    }
    const begun = this.#startedSocket ?? startConnecting(origin, allowedAddresses)
    this.#startedSocket = undefined
    return await this.#handshake(protocols, begun)
  }

  /**
   * Speaks TLS over a connection, once it stands.
   *
   * @throws what it failed with
   */
  async #handshake(protocols: readonly string[], socket: Socket): Promise<TLSSocket> {
    let secure: TLSSocket | undefined
    const tooLate = setTimeout(() => {
      const args = { seconds: this.#options.limits.connect / 1000, stage: 'connecting' }
      const failure = new RegistryError('REGISTRY_TIMEOUT', args, { isTemporary: true })
      ;(secure ?? socket).destroy(failure)
    }, this.#options.limits.connect)
    // Who waits for the connection keeps the process alive, not the connection: it may outlive them.
    tooLate.unref()
    let forget = (): void => {}
    try {
      await connected(socket)
      secure = this.#startTls(protocols, { socket }).unref()
      forget = preloadHttp2()
      await handshakeDone(secure)
      // The server may have closed it right behind the handshake.
      if (secure.destroyed) throw secure.errored ?? connectionResetError()
      return secure
    } finally {
      clearTimeout(tooLate)
      forget()
    }
  }

  /** @param way the connection that it goes over, or the port that one is made to */
  #startTls(
    protocols: readonly string[],
    protocol: { readonly socket: Socket } | { readonly port: number },
  ): TLSSocket {
    const { origin, tls, context, allowedAddresses } = this.#options
    const host = bareHostname(origin)
    const socket = tlsConnect({
      ...protocol,
      host,
      ...(allowedAddresses && { lookup: guardedLookup(allowedAddresses) }),
      // An address is no server name (RFC 6066, 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: [...protocols],
      secureContext: context,
      ...(tls?.skipVerify === true ? { rejectUnauthorized: false } : {}),
      ...(this.#session && { session: this.#session }),
    })
    socket.on('session', (session) => {
      this.#session = session
    })
    return socket
  }
}

function isOpen(protocol: NegotiatedProtocol): boolean {
  return protocol.kind === 'http1' || protocol.isOpen()
}

/** Waits for the end of the handshake; what goes wrong with the connection after it is for its requests to hear. */
function handshakeDone(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve).on('error', reject)
    // One that is closed without an error would be waited for until the time is over.
    socket.once('close', () => reject(connectionResetError()))
  })
}
