import { expect } from 'vitest'
import { listen, type TlsOptions } from './registry/listener.ts'
import type { Answer, SeenRequest } from './registry/script.ts'

/** An expected request and its response. */
export interface Exchange {
  /** Method and target as in the request line: `HEAD /v2/app/manifests/1`. */
  readonly request: string
  /** The expected `Authorization`; null if it must be absent. Default: any. */
  readonly authorization?: string | null
  /** The expected body. */
  readonly body?: string
  readonly answer: {
    readonly status: number
    readonly headers?: Answer['headers']
    readonly body?: string | Uint8Array
  } & Pick<Answer, 'delay' | 'cutAfter' | 'hang'>
}

export interface ExchangeServer {
  readonly host: string
  readonly url: string
  /** The certificate authority as PEM; only with TLS. */
  readonly ca: string | undefined
  /** The requests so far, as `HEAD /v2/app/manifests/1`. */
  readonly seen: readonly string[]
  readonly requests: readonly SeenRequest[]
  /** Fails unless exactly the exchanges of the list have happened, in order. */
  expectDone(): void
  close(): Promise<void>
}

/**
 * A server with a fixed list of exchanges: each request must be the next one of the list, and gets its response.
 * Any other request gets a 599 and is recorded, so that `expectDone` fails.
 *
 * @param script returns the list for the server's URL
 * @param tls HTTPS with these settings
 */
export async function exchangeServer(
  script: (url: string) => readonly Exchange[],
  tls?: TlsOptions,
): Promise<ExchangeServer> {
  const requests: SeenRequest[] = []
  const faults: string[] = []
  let exchanges: readonly Exchange[] = []
  const listener = await listen(tls, 'registry', (request) => {
    const expected = exchanges[requests.length]
    requests.push(request)
    const fault = expected === undefined ? `unexpected ${lineOf(request)}` : difference(expected, request)
    if (expected !== undefined && fault === undefined) {
      const { headers = {}, body = '', ...rest } = expected.answer
      return { ...rest, headers, body: typeof body === 'string' ? Buffer.from(body) : body }
    }
    faults.push(fault ?? '')
    return { status: 599, headers: {}, body: Buffer.from('not in the script') }
  })
  exchanges = script(listener.url)
  return {
    host: listener.host,
    url: listener.url,
    ca: listener.ca,
    requests,
    get seen() {
      return requests.map(lineOf)
    },
    expectDone: () => {
      expect(faults).toEqual([])
      expect(requests.map(lineOf)).toEqual(exchanges.map(({ request }) => request))
    },
    close: listener.close,
  }
}

function lineOf(request: SeenRequest): string {
  return `${request.method} ${request.url}`
}

function difference(expected: Exchange, request: SeenRequest): string | undefined {
  const line = lineOf(request)
  if (line !== expected.request) return `expected ${expected.request}, got ${line}`
  const { authorization } = request.headers
  if (expected.authorization !== undefined && (authorization ?? null) !== expected.authorization) {
    return `${line}: expected authorization ${expected.authorization}, got ${authorization ?? null}`
  }
  if (expected.body !== undefined && request.body !== expected.body) {
    return `${line}: expected body ${expected.body}, got ${request.body}`
  }
  return undefined
}
