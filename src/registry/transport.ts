import type { IncomingMessage } from 'node:http'
import { RegistryFailure } from './failure.ts'
import type { HttpAnswer, HttpRequest, Send } from './http.ts'
import { networkFailure } from './network-failure.ts'
import { type Open, type OpenerOptions, openers } from './openers.ts'

/** What the transport needs to know. */
export interface TransportOptions extends OpenerOptions {
  /** The `User-Agent` of every request. */
  readonly userAgent: string
}

type Stage = 'connecting' | 'waiting for the answer' | 'reading the answer'

/**
 * Requests over `node:http` and `node:https`, which are loaded with the first request, with connections kept
 * between requests. Neither undici nor `fetch` is used: both close the connection after every HEAD
 * (`docs/decisions/`). Redirects are answers here, like any other.
 */
export function httpTransport(options: TransportOptions): Send {
  const openerFor = openers(options)
  return async (request) => {
    const open = await openerFor(request)
    try {
      return await exchange(open, request, options)
    } catch (error) {
      // The server closed a kept connection just as it was used again: nothing is wrong, and nothing was asked.
      if (error instanceof StaleConnection) return await exchange(open, request, options)
      throw error
    }
  }
}

/** A kept connection that was closed before the answer began. */
class StaleConnection extends Error {}

function exchange(open: Open, request: HttpRequest, options: TransportOptions): Promise<HttpAnswer> {
  const { limits } = options
  return new Promise((resolve, reject) => {
    if (request.signal.aborted) return reject(request.signal.reason)
    const outgoing = open(request.method, request.url, {
      'user-agent': options.userAgent,
      'accept-encoding': 'identity',
      ...request.headers,
      ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
    })
    let timer: NodeJS.Timeout | undefined

    const settle = (act: () => void): void => {
      clearTimeout(timer)
      request.signal.removeEventListener('abort', abort)
      act()
    }
    const fail = (error: unknown): void => settle(() => reject(error))
    const abort = (): void => {
      fail(request.signal.reason)
      outgoing.destroy()
    }
    const within = (milliseconds: number, stage: Stage): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const args = { seconds: milliseconds / 1000, stage }
        fail(new RegistryFailure('REGISTRY_TIMEOUT', args, { isTemporary: true }))
        outgoing.destroy()
      }, milliseconds)
    }

    request.signal.addEventListener('abort', abort, { once: true })
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return within(limits.headers, 'waiting for the answer')
      within(limits.connect, 'connecting')
      const connected = request.url.protocol === 'https:' ? 'secureConnect' : 'connect'
      socket.once(connected, () => within(limits.headers, 'waiting for the answer'))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      fail(isStale ? new StaleConnection() : networkFailure(error, request.url))
    })
    outgoing.on('response', (incoming) => {
      within(limits.body, 'reading the answer')
      const isSuccess = (incoming.statusCode ?? 0) < 300
      readBody(incoming, isSuccess ? request.maxBytes : limits.errorBytes, () =>
        within(limits.body, 'reading the answer'),
      ).then(
        ({ body, isCut }) => {
          settle(() =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headersDistinct,
              body,
              isCut,
              tries: 1,
            }),
          )
        },
        (error: NodeJS.ErrnoException) => fail(networkFailure(error, request.url, true)),
      )
    })
    outgoing.end(request.body)
  })
}

/** Reads at most so many bytes; a longer body ends the connection. */
function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
  onData: () => void,
): Promise<{ body: Uint8Array; isCut: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      onData()
      const room = maxBytes - size
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
      size += chunk.length
      if (size <= maxBytes) return
      resolve({ body: Buffer.concat(chunks), isCut: true })
      incoming.destroy()
    })
    incoming.on('end', () => resolve({ body: Buffer.concat(chunks), isCut: false }))
    incoming.on('error', reject)
  })
}
