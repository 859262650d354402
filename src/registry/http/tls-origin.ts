import { isIP, type Socket } from 'node:net'
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls'
import { bareHostname, effectivePort } from '../../reference/server-url.ts'
import { isPlainHttp } from '../errors/network.ts'
import { RegistryFailure } from '../errors/registry-error.ts'
import { guardedLookup, type Reach } from './address.ts'
import type { Wire } from './http.ts'
import { http1Connection } from './http1-tls.ts'
import { type Http2Connection, http2Connection, loadHttp2 } from './http2.ts'
import type { Limits } from './limits.ts'
import type { HttpProxy } from './proxy.ts'
import { openTunnel } from './proxy-connection.ts'
import { type OwnConnection, ownConnections } from './single-use-connections.ts'
import { beginConnection, cutConnection, established } from './tcp.ts'
import { secureOptions, type TlsSettings } from './tls.ts'

export interface TlsOriginOptions {
  /** Scheme, host and port. */
  readonly origin: URL
  readonly tls: TlsSettings | undefined
  /** Made of these settings by `makeContext`; hosts with the same settings share one. */
  readonly context: SecureContext
  /** Where connections are tunnelled through. */
  readonly proxy: HttpProxy | undefined
  /** Which addresses the host may have, where there is no proxy; undefined: any. */
  readonly reach: Reach | undefined
  /** The first connection, where it was begun ahead. */
  readonly begun: Socket | undefined
  readonly limits: Limits
}

export type { TlsOrigin }

/** Makes the connections to one host. */
export function tlsOrigin(options: TlsOriginOptions): TlsOrigin {
  return new TlsOrigin(options)
}

/** What TLS is spoken with under some settings. Making one takes tens of milliseconds where authorities have to be read. */
export function makeContext(tls: TlsSettings | undefined): SecureContext {
  return createSecureContext(secureOptions(tls ?? {}, () => getCACertificates('default')))
}

/** A host that has not answered for so many milliseconds leaves time to load what most hosts speak. */
const MOMENT = 2

/** @returns takes it back */
function preloadHttp2(): () => void {
  let looking: NodeJS.Immediate | undefined
  const waiting = setTimeout(() => {
    // What has come in the meantime is looked at first.
    looking = setImmediate(loadHttp2)
  }, MOMENT)
  return () => {
    clearTimeout(waiting)
    clearImmediate(looking)
  }
}

type Way = { readonly kind: 'http1'; readonly wire: Wire } | ({ readonly kind: 'http2' } & Http2Connection)

/**
 * The TLS connections to one host. The first finds out which HTTP the host speaks (ALPN, RFC 7301): HTTP/2 over that
 * one connection, however many requests there are, or HTTP/1.1 over that one and as many more as are needed.
 */
class TlsOrigin {
  readonly #options: TlsOriginOptions
  #begun: Socket | undefined
  #way: Promise<Way> | undefined
  /** What `#way` has come to. */
  #open: Way | undefined
  /** What requests go over that need a connection of their own. */
  #own: Wire | undefined
  /** Whether the host has refused to speak HTTP/2. */
  #isHttp1 = false
  /** What the host gave to resume with (RFC 8446, 2.2): it spares the certificates and most of the arithmetic. */
  #session: Buffer | undefined

  constructor(options: TlsOriginOptions) {
    this.#options = options
    this.#begun = options.begun
  }

  /** What the next request goes over, where a connection stands. */
  get openWire(): Wire | undefined {
    const way = this.#open
    return way !== undefined && isOpen(way) ? way.wire : undefined
  }

  /** Begins the connection that the next request waits for; if it fails, that request fails. */
  begin(): void {
    this.#way ??= this.#connect()
    this.#way.catch(() => {})
  }

  /**
   * What the next request goes over.
   *
   * @throws what kept the connection from being made
   */
  async wire(): Promise<Wire> {
    for (;;) {
      this.#way ??= this.#connect()
      const asked = this.#way
      try {
        const way = await asked
        if (isOpen(way)) {
          this.#open = way
          return way.wire
        }
        if (this.#way === asked) this.#way = undefined
      } catch (error) {
        // Who speaks no TLS will not learn it within a run; of anything else, the next request makes another try.
        const speaksHttp = isPlainHttp(error as NodeJS.ErrnoException)
        if (this.#way === asked && !speaksHttp) this.#way = undefined
        throw error
      }
    }
  }

  /**
   * What a request goes over that was lost with a connection, or with an answer: one that nothing has gone over.
   *
   * @throws what kept the connection from being made
   */
  freshWire(): Wire {
    this.#own ??= ownConnections(() => this.#ownConnection(), this.#options.limits.connections)
    return this.#own
  }

  async #connect(): Promise<Way> {
    const socket = await this.#connection(this.#protocols())
    if (socket.alpnProtocol === 'h2') return { kind: 'http2', ...this.#http2(socket) }
    return { kind: 'http1', wire: this.#http1(socket, true) }
  }

  async #ownConnection(): Promise<OwnConnection> {
    const socket = await this.#connection(this.#protocols())
    if (socket.alpnProtocol === 'h2') return { socket, ...this.#http2(socket) }
    return { socket, wire: this.#http1(socket, false), close: () => {} }
  }

  /** What is offered to the host; a server that only speaks HTTP/1.1 to some answers every connection so. */
  #protocols(): readonly string[] {
    return this.#isHttp1 ? ['http/1.1'] : ['h2', 'http/1.1']
  }

  #http2(socket: TLSSocket): Http2Connection {
    return http2Connection({
      socket,
      origin: this.#options.origin,
      isDirect: this.#options.proxy === undefined,
      onHttp1Required: () => {
        this.#isHttp1 = true
        this.#way = undefined
        this.#open = undefined
      },
    })
  }

  #http1(first: TLSSocket, keepAlive: boolean): Wire {
    return http1Connection({
      first,
      another: () => this.#another(),
      maxSockets: keepAlive ? this.#options.limits.connections : 1,
      keepAlive,
      isDirect: this.#options.proxy === undefined,
    })
  }

  /** One more connection, at once where that can be: an agent only counts those that it has. */
  #another(): TLSSocket | Promise<TLSSocket> {
    if (this.#options.proxy !== undefined) return this.#connection(['http/1.1'])
    const { origin } = this.#options
    return this.#start(['http/1.1'], { port: Number(effectivePort(origin)) })
  }

  async #connection(protocols: readonly string[]): Promise<TLSSocket> {
    const { origin, proxy, limits, reach } = this.#options
    if (proxy !== undefined) {
      const target = `${origin.hostname}:${effectivePort(origin)}`
      return await this.#secure(protocols, await openTunnel(proxy, target, limits.connect))
    }
    const begun = this.#begun ?? beginConnection(origin, reach)
    this.#begun = undefined
    return await this.#secure(protocols, begun)
  }

  /**
   * Speaks TLS over a connection, once it stands.
   *
   * @throws what it failed with
   */
  async #secure(protocols: readonly string[], socket: Socket): Promise<TLSSocket> {
    let secure: TLSSocket | undefined
    const tooLate = setTimeout(() => {
      const args = { seconds: this.#options.limits.connect / 1000, stage: 'connecting' }
      const failure = new RegistryFailure('REGISTRY_TIMEOUT', args, { isTemporary: true })
      ;(secure ?? socket).destroy(failure)
    }, this.#options.limits.connect)
    // Who waits for the connection keeps the process alive, not the connection: it may outlive them.
    tooLate.unref()
    let forget = (): void => {}
    try {
      await established(socket)
      secure = this.#start(protocols, { socket }).unref()
      forget = preloadHttp2()
      await secured(secure)
      // The server may have closed it right behind the handshake.
      if (secure.destroyed) throw secure.errored ?? cutConnection()
      return secure
    } finally {
      clearTimeout(tooLate)
      forget()
    }
  }

  /** @param way the connection that it goes over, or the port that one is made to */
  #start(
    protocols: readonly string[],
    way: { readonly socket: Socket } | { readonly port: number },
  ): TLSSocket {
    const { origin, tls, context, reach } = this.#options
    const host = bareHostname(origin)
    const socket = tlsConnect({
      ...way,
      host,
      ...(reach && { lookup: guardedLookup(reach) }),
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

function isOpen(way: Way): boolean {
  return way.kind === 'http1' || way.isOpen()
}

/** Waits for the end of the handshake; what goes wrong with the connection after it is for its requests to hear. */
function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve).on('error', reject)
    // One that is closed without an error would be waited for until the time is over.
    socket.once('close', () => reject(cutConnection()))
  })
}
