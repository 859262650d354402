import type { Readable } from 'node:stream'
import { LONGEST_TIMER } from '../../duration.ts'
import { fromNetworkError } from '../errors/network.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { addAbortListener } from './clock.ts'
import type { HostSender, HttpRequest, HttpResponse, RequestEvents } from './http.ts'
import type { Limits } from './limits.ts'

type Stage = 'connecting' | 'waiting for the answer' | 'reading the answer'

/** The body of every response to HEAD (RFC 9110, 9.3.2). */
const NOTHING = new Uint8Array()

/**
 * Sends one request and reads the whole response, within the timeouts and the maximum size of its body:
 * `request.maxBytes`, or `limits.maxErrorBytes` for a status from 300 on; a longer body is truncated. No body is read
 * for HEAD, and none is decoded. It keeps the process alive.
 *
 * @param send the connections to the host
 * @param request the request
 * @param headers the headers to send, instead of those in `request`
 * @param limits the timeouts, and the maximum size of an error's body
 * @throws {RegistryError} if there is no response or an incomplete one: REGISTRY_TIMEOUT (temporary), or an error of
 *   `fromNetworkError`, `isUnconnected` if the request was not sent; the signal's reason if the request was aborted; what
 *   `send` throws
 */
export function roundTrip(
  send: HostSender,
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  limits: Limits,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    // Keeps the process alive while the request waits for a connection.
    let timer = setTimeout(() => {}, LONGEST_TIMER)
    let isSent = false
    let end = (): void => {}
    let forget = (): void => {}

    const settle = (act: () => void): void => {
      clearTimeout(timer)
      forget()
      act()
    }
    const fail = (error: unknown): void =>
      settle(() => reject(!isSent && error instanceof RegistryError ? error.asUnconnected() : error))
    const abort = (): void => {
      fail(request.signal.reason)
      end()
    }
    const startTimer = (milliseconds: number, stage: Stage): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const args = { seconds: milliseconds / 1000, stage }
        fail(new RegistryError('REGISTRY_TIMEOUT', args, { isTemporary: true }))
        end()
      }, milliseconds)
    }

    if (request.signal.aborted) return fail(request.signal.reason)
    forget = addAbortListener(request.signal, abort)
    const events: RequestEvents = {
      onConnecting: () => startTimer(request.connectTimeout ?? limits.connectTimeout, 'connecting'),
      onSending: () => {
        isSent = true
        startTimer(limits.headersTimeout, 'waiting for the answer')
      },
      onError: (error, mayRetryAtOnce) => fail(fromNetworkError(error, request, { mayRetryAtOnce })),
      onResponse: (status, received, stream, address) => {
        const response = {
          status,
          headers: received,
          attempts: 1,
          server: { host: request.url.host, role: request.role },
          address,
        }
        if (request.method === 'HEAD') {
          stream.on('error', () => {}).resume()
          return settle(() => resolve({ ...response, body: NOTHING, isTruncated: false }))
        }
        const reading = (): void => startTimer(limits.bodyTimeout, 'reading the answer')
        reading()
        const maxBytes = status < 300 ? request.maxBytes : limits.maxErrorBytes
        readBody(stream, maxBytes, statedLength(received), reading).then(
          (body) => settle(() => resolve({ ...response, ...body })),
          (error: NodeJS.ErrnoException) => fail(fromNetworkError(error, request, { hasResponse: true })),
        )
      },
    }
    try {
      end = send(request, headers, events)
    } catch (error) {
      fail(error)
    }
  })
}

/** The length of the body by its header (RFC 9110, 8.6); undefined if the header is missing or malformed. */
function statedLength(headers: HttpResponse['headers']): number | undefined {
  const value = headers['content-length']?.[0]
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/**
 * Reads a body up to a limit, after which it closes the stream. A body shorter than `length` is an error.
 *
 * @param length the expected length in bytes, if known
 */
function readBody(
  stream: Readable,
  maxBytes: number,
  length: number | undefined,
  onData: () => void,
): Promise<{ body: Uint8Array; isTruncated: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let isWhole = false
    stream.on('data', (chunk: Buffer) => {
      onData()
      const room = maxBytes - size
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
      size += chunk.length
      if (size <= maxBytes) return
      resolve({ body: Buffer.concat(chunks), isTruncated: true })
      stream.destroy()
    })
    stream.on('end', () => {
      isWhole = true
    })
    stream.on('error', reject)
    stream.on('close', () => {
      // An HTTP/2 stream that the server cancels ends normally; only `rstCode` shows it.
      const wasReset = 'rstCode' in stream && stream.rstCode !== 0
      const isAsLong = length === undefined || length === size
      if (isWhole && !wasReset && isAsLong) resolve({ body: Buffer.concat(chunks), isTruncated: false })
      else reject(Object.assign(new Error('the response is incomplete'), { code: 'ECONNRESET' }))
    })
  })
}
