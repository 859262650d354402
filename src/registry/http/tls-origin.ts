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
import type { HostSender } from './http.ts'
import { http1TlsSender } from './http1-tls.ts'
import { type Http2Session, http2Session, loadHttp2 } from './http2.ts'
import type { Limits } from './limits.ts'
import { type ObserveConnection, observeHandshake, observeSocket } from './observation.ts'
import type { HttpProxy } from './proxy.ts'
import { openTunnel } from './proxy-connection.ts'
import { type SingleUseConnection, singleUseSender } from './single-use-connections.ts'
import { connectionResetError, startConnecting, waitUntilConnected } from './tcp.ts'
import { secureContextOptions, type TlsSettings } from './tls.ts'

/** The host of a `TlsOrigin` and how to connect to it. */
export interface TlsOriginOptions {
  /** Scheme, host and port. */
  readonly origin: URL
  /** The TLS settings of the host; undefined for the defaults. */
  readonly tls: TlsSettings | undefined
  /** Created from `tls` by `createTlsContext`; hosts with the same settings share it. */
  readonly context: SecureContext
  /** The proxy to tunnel through; undefined for direct connections. */
  readonly proxy: HttpProxy | undefined
  /** The IP addresses to which the host name may resolve if there is no proxy; undefined for any. */
  readonly allowedAddresses: AllowedAddresses | undefined
  /** A socket by `startConnecting`, for the first connection; undefined to open one when it is needed. */
  readonly startedSocket: Socket | undefined
  readonly limits: Limits
  /** Takes lookups, connections and handshakes. */
  readonly observe?: ObserveConnection | undefined
}

export type { TlsOrigin }

/** Creates the manager of the TLS connections to one host. No connection is opened yet. */
export function tlsOrigin(options: TlsOriginOptions): TlsOrigin {
  return new TlsOrigin(options)
}

/**
 * Creates Node's TLS context for a host. This takes tens of milliseconds if there are CA certificates to parse.
 *
 * @param tls the TLS settings of the host; undefined for the defaults
 * @throws Node's error (`ERR_OSSL_…`) if a certificate or key is invalid
 */
export function createTlsContext(tls: TlsSettings | undefined): SecureContext {
  return createSecureContext(secureContextOptions(tls ?? {}, () => getCACertificates('default')))
}

/** If the handshake takes longer than this, the module for HTTP/2, which most hosts speak, is loaded meanwhile. */
const HTTP2_PRELOAD_AFTER_MS = 2

/** @returns cancels it */
function preloadHttp2(): () => void {
  let looking: NodeJS.Immediate | undefined
  const waiting = setTimeout(() => {
    // After pending I/O.
    looking = setImmediate(loadHttp2)
  }, HTTP2_PRELOAD_AFTER_MS)
  return () => {
    clearTimeout(waiting)
    clearImmediate(looking)
  }
}

type NegotiatedProtocol =
  | { readonly kind: 'http1'; readonly send: HostSender }
  | ({ readonly kind: 'http2' } & Http2Session)

/**
 * The TLS connections to one host. The first negotiates the protocol (ALPN, RFC 7301): HTTP/2 over that one
 * connection, or HTTP/1.1 over it and as many more as are needed.
 */
class TlsOrigin {
  readonly #options: TlsOriginOptions
  #startedSocket: Socket | undefined
  #negotiating: Promise<NegotiatedProtocol> | undefined
  /** The result of `#negotiating`. */
  #negotiated: NegotiatedProtocol | undefined
  /** For requests that need a connection of their own. */
  #singleUse: HostSender | undefined
  /** Whether the host has refused HTTP/2. */
  #isHttp1 = false
  /** The session ticket (RFC 8446, 2.2), which makes later handshakes cheaper. */
  #session: Buffer | undefined

  constructor(options: TlsOriginOptions) {
    this.#options = options
    this.#startedSocket = options.startedSocket
  }

  /**
   * What sends the next request over the open connection that `sender` has returned before; undefined if there is none.
   */
  get openSender(): HostSender | undefined {
    const protocol = this.#negotiated
    return protocol !== undefined && isOpen(protocol) ? protocol.send : undefined
  }

  /**
   * Starts to connect, for the next request; does nothing if a connection was started before. If that fails, the next
   * request gets the error.
   */
  connect(): void {
    this.#negotiating ??= this.#negotiate()
    this.#negotiating.catch(() => {})
  }

  /**
   * What sends the next request over an open connection; connects first if there is none.
   *
   * @throws the error of connecting. If the host speaks plain HTTP, all later calls get that error, too
   */
  async sender(): Promise<HostSender> {
    for (;;) {
      this.#negotiating ??= this.#negotiate()
      const negotiating = this.#negotiating
      try {
        const protocol = await negotiating
        if (isOpen(protocol)) {
          this.#negotiated = protocol
          return protocol.send
        }
        if (this.#negotiating === negotiating) this.#negotiating = undefined
      } catch (error) {
        // A host that speaks plain HTTP is not tried again in this run; after any other error the next request
        // tries again.
        const speaksHttp = isPlainHttpError(error as NodeJS.ErrnoException)
        if (this.#negotiating === negotiating && !speaksHttp) this.#negotiating = undefined
        throw error
      }
    }
  }

  /** What sends each request over a new connection, for retries. At most `maxConnections` are open. */
  singleUseSender(): HostSender {
    this.#singleUse ??= singleUseSender(
      () => this.#singleUseConnection(),
      this.#options.limits.maxConnections,
    )
    return this.#singleUse
  }

  async #negotiate(): Promise<NegotiatedProtocol> {
    const socket = await this.#openSocket(this.#protocols())
    if (socket.alpnProtocol === 'h2') return { kind: 'http2', ...this.#http2(socket) }
    return { kind: 'http1', send: this.#http1(socket, true) }
  }

  async #singleUseConnection(): Promise<SingleUseConnection> {
    const socket = await this.#openSocket(this.#protocols())
    if (socket.alpnProtocol === 'h2') return { socket, ...this.#http2(socket) }
    return { socket, send: this.#http1(socket, false), close: () => {} }
  }

  /** The protocols to offer (ALPN). */
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

  #http1(firstSocket: TLSSocket, keepAlive: boolean): HostSender {
    return http1TlsSender({
      firstSocket,
      openSocket: () => this.#anotherSocket(),
      maxSockets: keepAlive ? this.#options.limits.maxConnections : 1,
      keepAlive,
      isDirect: this.#options.proxy === undefined,
    })
  }

  /**
   * Opens one more HTTP/1.1 socket. Without a proxy it returns the socket at once, since an agent counts only
   * sockets that it has.
   */
  #anotherSocket(): TLSSocket | Promise<TLSSocket> {
    if (this.#options.proxy !== undefined) return this.#openSocket(['http/1.1'])
    const { origin } = this.#options
    return this.#startTls(['http/1.1'], { port: Number(effectivePort(origin)) })
  }

  async #openSocket(protocols: readonly string[]): Promise<TLSSocket> {
    const { origin, proxy, limits, observe } = this.#options
    if (proxy !== undefined) {
      const target = `${origin.hostname}:${effectivePort(origin)}`
      const tunnel = await openTunnel(proxy, target, limits.connectTimeout)
      observe?.({ kind: 'tunnel', origin: origin.origin, proxy: proxy.url.origin })
      return await this.#handshake(protocols, tunnel)
    }
    const begun = this.#startedSocket ?? this.#startConnecting()
    this.#startedSocket = undefined
    return await this.#handshake(protocols, begun)
  }

  #startConnecting(): Socket {
    const { origin, allowedAddresses, observe } = this.#options
    const socket = startConnecting(origin, allowedAddresses)
    if (observe !== undefined) observeSocket(socket, origin.origin, observe)
    return socket
  }

  /**
   * Performs the TLS handshake once the socket is connected.
   *
   * @throws the error of the socket, or REGISTRY_TIMEOUT
   */
  async #handshake(protocols: readonly string[], socket: Socket): Promise<TLSSocket> {
    let secure: TLSSocket | undefined
    const tooLate = setTimeout(() => {
      const args = { seconds: this.#options.limits.connectTimeout / 1000, stage: 'connecting' }
      const failure = new RegistryError('REGISTRY_TIMEOUT', args, { isTemporary: true })
      ;(secure ?? socket).destroy(failure)
    }, this.#options.limits.connectTimeout)
    // The waiting request keeps the process alive; an idle connection must not.
    tooLate.unref()
    let forget = (): void => {}
    try {
      await waitUntilConnected(socket)
      secure = this.#startTls(protocols, { socket }).unref()
      forget = preloadHttp2()
      await handshakeDone(secure)
      // The server may close the connection right after the handshake.
      if (secure.destroyed) throw secure.errored ?? connectionResetError()
      return secure
    } finally {
      clearTimeout(tooLate)
      forget()
    }
  }

  /** @param protocol the socket to use, or the port to connect to */
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
      // An address is not allowed as a server name (RFC 6066, 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: [...protocols],
      secureContext: context,
      ...(tls?.skipVerify === true ? { rejectUnauthorized: false } : {}),
      ...(this.#session && { session: this.#session }),
    })
    socket.on('session', (session) => {
      this.#session = session
    })
    const { observe } = this.#options
    if (observe !== undefined) observeHandshake(socket, origin.origin, observe)
    return socket
  }
}

function isOpen(protocol: NegotiatedProtocol): boolean {
  return protocol.kind === 'http1' || protocol.isOpen()
}

/** Waits for the end of the handshake. */
function handshakeDone(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve).on('error', reject)
    // One that is closed without an error would be waited for until the time is over.
    socket.once('close', () => reject(connectionResetError()))
  })
}
