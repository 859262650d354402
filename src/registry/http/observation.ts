import type { Socket } from 'node:net'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { RegistryError } from '../errors/registry-error.ts'
import type { Clock } from './clock.ts'
import type { HttpRequest, HttpResponse, Send } from './http.ts'

/** A certificate that a server has sent, or that its chain ends with. All texts come from the server. */
export interface SeenCertificate {
  /** Such as `CN=registry.example.com, O=Example`. */
  readonly subject: string
  readonly issuer: string
  /** As OpenSSL writes times: `Jan  1 00:00:00 2026 GMT`. */
  readonly validFrom: string
  readonly validTo: string
  /** The names and addresses that it is for: `DNS:registry.example.com`. */
  readonly names: readonly string[]
  /** The SHA-256 of its bytes, as `AB:CD:…`. */
  readonly fingerprint: string
}

/** What happens while a connection is opened. `origin` is scheme, host and port of the server. */
export type ConnectionEvent =
  /** One address of a host name, or the error code of the lookup. */
  | {
      readonly kind: 'lookup'
      readonly origin: string
      readonly address?: string
      readonly error?: string
    }
  /** A TCP connection to the server itself was made. */
  | { readonly kind: 'connected'; readonly origin: string; readonly address: string }
  /** A proxy has opened a tunnel to the server. */
  | { readonly kind: 'tunnel'; readonly origin: string; readonly proxy: string }
  /** A TLS handshake has ended, with the error code if it failed. */
  | {
      readonly kind: 'handshake'
      readonly origin: string
      /** Such as `TLSv1.3`; undefined if the handshake failed before one was agreed on. */
      readonly protocol: string | undefined
      /** The protocol by ALPN: `h2`, `http/1.1`; undefined if the server chose none. */
      readonly alpn: string | undefined
      /** From the server's own certificate to the authority's; empty if the server sent none before the failure. */
      readonly certificates: readonly SeenCertificate[]
      readonly isVerified: boolean
      readonly error?: string
    }

/** What happens to one attempt of a request. Headers and bodies may hold secrets. */
export type RequestEvent =
  | { readonly kind: 'request'; readonly request: HttpRequest }
  | {
      readonly kind: 'response'
      readonly request: HttpRequest
      readonly response: HttpResponse
      readonly milliseconds: number
    }
  /** There was no response; the error is no `RegistryError` if the run was aborted. */
  | {
      readonly kind: 'no response'
      readonly request: HttpRequest
      readonly error: RegistryError | unknown
      readonly milliseconds: number
    }

/** Takes events of connections. */
export type ObserveConnection = (event: ConnectionEvent) => void

/** Reports the lookup and the connection of a socket that is being opened. */
export function observeSocket(socket: Socket, origin: string, observe: ObserveConnection): void {
  socket.on('lookup', (error: NodeJS.ErrnoException | null, address: string | undefined) => {
    if (error !== null) observe({ kind: 'lookup', origin, error: error.code ?? 'error' })
    else if (address !== undefined) observe({ kind: 'lookup', origin, address })
  })
  socket.once('connect', () => {
    observe({ kind: 'connected', origin, address: socket.remoteAddress ?? '' })
  })
}

/**
 * Reports how the TLS handshake of a socket ended. Node drops the certificates of a server that it does not trust before it
 * reports the error, so they are read at its internal event `secure`, before Node's own listener; where a runtime has no
 * such event they are left out.
 */
export function observeHandshake(socket: TLSSocket, origin: string, observe: ObserveConnection): void {
  let seen: Pick<ConnectionEvent & { kind: 'handshake' }, 'protocol' | 'alpn' | 'certificates'> = {
    protocol: undefined,
    alpn: undefined,
    certificates: [],
  }
  const look = (): void => {
    const { alpnProtocol } = socket
    const certificates = chainOf(socket)
    seen = {
      protocol: socket.getProtocol() ?? undefined,
      alpn: typeof alpnProtocol === 'string' && alpnProtocol !== '' ? alpnProtocol : undefined,
      certificates,
    }
  }
  let isDone = false
  const end = (isVerified: boolean, error?: string): void => {
    if (isDone) return
    isDone = true
    observe({ kind: 'handshake', origin, ...seen, isVerified, ...(error === undefined ? {} : { error }) })
  }
  socket.prependOnceListener('secure', look)
  socket.prependOnceListener('secureConnect', () => {
    look()
    end(socket.authorized)
  })
  socket.once('error', (error: NodeJS.ErrnoException) => end(false, error.code ?? error.message))
}

/** The longest chain that is looked at; a server may send any number. */
const MAX_CHAIN = 10

/** Node adds the authority from its own store at the end of a chain that it trusts. */
function chainOf(socket: TLSSocket): readonly SeenCertificate[] {
  const chain: SeenCertificate[] = []
  let next: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (next?.fingerprint256 !== undefined && chain.length < MAX_CHAIN) {
    const { subject, issuer, valid_from, valid_to, subjectaltname, fingerprint256 } = next
    if (chain.some(({ fingerprint }) => fingerprint === fingerprint256)) break
    chain.push({
      subject: nameText(subject),
      issuer: nameText(issuer),
      validFrom: valid_from ?? '',
      validTo: valid_to ?? '',
      names: subjectaltname?.split(', ') ?? [],
      fingerprint: fingerprint256,
    })
    next = next.issuerCertificate
  }
  return chain
}

/** A distinguished name: `CN=registry.example.com, O=Example`. */
function nameText(name: object | undefined): string {
  return Object.entries(name ?? {})
    .flatMap(([key, value]) => [value].flat().map((one) => `${key}=${one}`))
    .join(', ')
}

/** Wraps `send` to report every attempt, with its time. */
export function withObservation(
  send: Send,
  clock: Pick<Clock, 'now'>,
  observe: (event: RequestEvent) => void,
): Send {
  return async (request) => {
    const began = clock.now()
    observe({ kind: 'request', request })
    try {
      const response = await send(request)
      observe({ kind: 'response', request, response, milliseconds: clock.now() - began })
      return response
    } catch (error) {
      observe({ kind: 'no response', request, error, milliseconds: clock.now() - began })
      throw error
    }
  }
}
