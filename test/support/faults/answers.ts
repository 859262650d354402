import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { headersOf, INDEX } from '../ask-registry.ts'
import type { RawRequest } from './raw-server.ts'

/** A correct response to a request for a manifest, over HTTP/1.1. */
export function wholeAnswer({ method }: Pick<RawRequest, 'method'>): string {
  return `${head(200)}\r\n${method === 'HEAD' ? '' : INDEX.text}`
}

/** The status line and headers of a response with a manifest, without the empty line; headers may be added or removed. */
export function head(status: number, more: Readonly<Record<string, string | undefined>> = {}): string {
  const headers: Record<string, string | undefined> = {
    ...headersOf(INDEX),
    'content-length': String(INDEX.text.length),
    ...more,
  }
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`,
  )
  return `HTTP/1.1 ${status} Status\r\n${lines.join('')}`
}

/** A response with a status and a text. */
export function statusAnswer(status: number, text = '', more: Readonly<Record<string, string>> = {}): string {
  const plain = { 'content-type': 'text/plain', 'docker-content-digest': undefined }
  return `${head(status, { ...plain, 'content-length': String(text.length), ...more })}\r\n${text}`
}

/** Sends a correct response over HTTP/2. */
export function respondWhole(stream: ServerHttp2Stream, method: string): void {
  stream.respond({ ':status': 200, ...headersOf(INDEX) })
  stream.end(method === 'HEAD' ? undefined : INDEX.text)
}

/** Ends a connection, plain or TLS, with RST instead of FIN. */
export function reset(socket: Socket): void {
  const { _parent: parent } = socket as Socket & { _parent?: Socket }
  ;(parent ?? socket).resetAndDestroy()
}
