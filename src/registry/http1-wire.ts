import type { ClientRequest } from 'node:http'
import type { Wire } from './wire.ts'

/** Begins a request over a connection that an agent keeps or opens for it. */
export type Open = (method: string, url: URL, headers: Readonly<Record<string, string>>) => ClientRequest

/** Requests over HTTP/1.1, each with a connection to itself for as long as it takes. */
export function http1Wire(open: Open): Wire {
  return ({ method, url, body, onAlone }, headers, events) => {
    onAlone?.()
    const outgoing = open(method, url, headers)
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return events.sending()
      events.connecting()
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', events.sending)
    })
    outgoing.on('response', (incoming) => {
      events.answered(incoming.statusCode ?? 0, incoming.headersDistinct, incoming)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isCut = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      events.failed(error, outgoing.reusedSocket && isCut)
    })
    outgoing.end(body)
    return () => outgoing.destroy()
  }
}
