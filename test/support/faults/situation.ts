import type { Socket } from 'node:net'
import type { Code } from '../../../src/diagnostics/catalogue.ts'
import type { Certificate } from '../registry/certificate.ts'
import { statusAnswer, wholeAnswer } from './answers.ts'
import { type RawRequest, type RawServer, rawServer } from './raw-server.ts'

/** What can go wrong between Pinpull and a registry, and what is right then. */
export interface Situation {
  /** As the documentation has it. */
  readonly what: string
  readonly over: 'HTTP/1.1' | 'HTTP/2' | 'TLS' | 'TCP' | 'DNS' | 'proxy'
  /** @param tls a certificate for 127.0.0.1 */
  readonly serve: (tls: Certificate) => Promise<RawServer>
  /** Whether only the program on Node can be led to it. */
  readonly onNode?: boolean
  /** How many images are asked for; one by default. */
  readonly images?: number
  /** The registry that is named; default: the server at 127.0.0.1. */
  readonly host?: string
  /** More arguments and variables for the program; `PORT` in them is the server's. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What the server counts: requests, or connections where none gets as far; absent where that depends on timing. */
  readonly counted?: { readonly requests: number } | { readonly connections: number }
  /** The longest that it may take, in seconds, the start of the program left out. */
  readonly seconds: number
  /** `pinned` where it goes well in the end. */
  readonly code: Code | 'pinned'
  readonly exit: 0 | 1 | 3
}

/** Four tries with waits of 0.5, 1 and 2 seconds, a fifth more at most. */
export const FOUR_TRIES = 5
/** What `--timeout` says, where a server does nothing. */
export const TIMEOUT = 2
export const timeout = ['--timeout', `${TIMEOUT}s`]

export type Act = (socket: Socket, request: RawRequest) => void

/** A registry over HTTP/1.1 in TLS. */
export const http1 =
  (onRequest: Act): Situation['serve'] =>
  (tls) =>
    rawServer({ tls, onRequest })

/** One that never answers a HEAD as it should, and whose GET acts. */
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
