import { expect, test } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../../src/registry/http/http.ts'
import { DEFAULT_LIMITS } from '../../../src/registry/http/limits.ts'
import { withRetry } from '../../../src/registry/http/retry.ts'
import { instantClock } from '../../support/instant-clock.ts'

const REQUEST: HttpRequest = {
  method: 'HEAD',
  url: new URL('https://registry.example.com/v2/app/manifests/1'),
  headers: {},
  maxBytes: 0,
  role: 'registry',
  signal: new AbortController().signal,
  deadline: Number.MAX_SAFE_INTEGER,
}

const answering = (status: number): HttpResponse => ({
  status,
  headers: {},
  body: new Uint8Array(),
  isTruncated: false,
  attempts: 1,
  server: { host: 'registry.example.com', role: 'registry' },
  address: 'public',
})

test.each<[string, readonly number[], readonly boolean[]]>([
  ['a load balancer that ends idle connections by 408', [408, 200], [false, true]],
  ['one that goes on doing so', [408, 408, 408, 408], [false, true, true, true]],
  ['a registry that fails', [503, 200], [false, false]],
])('whether the next try goes over a new connection: %s', async (_, statuses, fresh) => {
  const seen: boolean[] = []
  const script = statuses.values()
  const send = withRetry(
    async ({ needsNewConnection = false }) => {
      seen.push(needsNewConnection)
      return answering(script.next().value ?? 0)
    },
    instantClock(),
    DEFAULT_LIMITS,
  )
  expect(await send(REQUEST)).toMatchObject({ status: statuses.at(-1), attempts: statuses.length })
  expect(seen).toEqual(fresh)
})
