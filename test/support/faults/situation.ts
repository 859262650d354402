import type { Socket } from 'node:net'
import type { Code } from '../../../src/diagnostics/catalogue.ts'
import type { Certificate } from '../registry/certificate.ts'
import { statusAnswer, wholeAnswer } from './answers.ts'
import { type RawRequest, type RawServer, rawServer } from './raw-server.ts'

/** A fault between Pinpull and a registry, and the expected result. */
export interface Situation {
  /** The description in the documentation. */
  readonly what: string
  readonly over: 'HTTP/1.1' | 'HTTP/2' | 'TLS' | 'TCP' | 'DNS' | 'proxy'
  /** @param tls a certificate for 127.0.0.1 */
  readonly serve: (tls: Certificate) => Promise<RawServer>
  /** Whether the fault can only be injected into the program on Node. */
  readonly onNode?: boolean
  /** The number of images to resolve. Default: one. */
  readonly images?: number
  /** The registry in the image names. Default: the server at 127.0.0.1. */
  readonly host?: string
  /** Additional arguments and variables for the program; `PORT` is replaced with the server's port. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The expected number of requests, or of connections if there is no request; absent if the number depends on timing. */
  readonly counted?: { readonly requests: number } | { readonly connections: number }
  /** The maximum duration in seconds, without the start of the program. */
  readonly seconds: number
  /** `pinned` if the image is resolved in the end. */
  readonly code: Code | 'pinned'
  readonly exit: 0 | 1 | 3
}

/** The maximum for four attempts with waits of 0.5, 1 and 2 seconds, plus up to 20 %. */
export const FOUR_TRIES = 5
/** The `--timeout` if a server does nothing. */
export const TIMEOUT = 2
export const timeout = ['--timeout', `${TIMEOUT}s`]

export type Act = (socket: Socket, request: RawRequest) => void

/** A registry over HTTP/1.1 in TLS. */
export const http1 =
  (onRequest: Act): Situation['serve'] =>
  (tls) =>
    rawServer({ tls, onRequest })

/** A registry that rejects HEAD, and acts on GET. */
export const body = (act: Act): Situation['serve'] =>
  http1((socket, request) => {
    if (request.method === 'HEAD') socket.write(statusAnswer(405))
    else act(socket, request)
  })

export const write =
  (text: string, then: (socket: Socket) => void = () => {}): Act =>
  (socket) => {
    socket.write(text, () => then(socket))
  }

export const end = (socket: Socket): void => void socket.end()
export const half = (text: string): string => text.slice(0, text.length / 2)
export const headOnly = wholeAnswer({ method: 'HEAD' })

export const unavailable = { seconds: FOUR_TRIES, code: 'REGISTRY_UNAVAILABLE', exit: 3 } as const
/** Four HEADs and a GET. */
export const FIVE = { counted: { requests: 5 } }
/** A HEAD and four GETs. */
export const ALSO_FIVE = { counted: { requests: 5 } }
