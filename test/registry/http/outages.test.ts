import { describe, expect, test } from 'vitest'
import { RegistryError, type RegistryErrorOptions } from '../../../src/registry/errors/registry-error.ts'
import { sharedLookup } from '../../../src/registry/http/address.ts'
import type { HttpRequest, HttpResponse, Send } from '../../../src/registry/http/http.ts'
import { DEFAULT_LIMITS } from '../../../src/registry/http/limits.ts'
import { withRetry } from '../../../src/registry/http/retry.ts'
import { instantClock } from '../../support/instant-clock.ts'

const request = (host: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'HEAD',
  url: new URL(`https://${host}/v2/app/manifests/1`),
  headers: {},
  maxBytes: 0,
  role: 'registry',
  signal: new AbortController().signal,
  deadline: Number.MAX_SAFE_INTEGER,
  ...more,
})

const answering = (status: number): HttpResponse => ({
  status,
  headers: {},
  body: new Uint8Array(),
  isTruncated: false,
  attempts: 1,
  server: { host: 'r.example', role: 'registry' },
  address: 'public',
})

const failing = (code: RegistryError['code'], options: RegistryErrorOptions): RegistryError =>
  new RegistryError(code, {}, options)
const UNKNOWN = failing('REGISTRY_HOST_UNKNOWN', { isUnconnected: true })
const UNTRUSTED = failing('REGISTRY_TLS_UNTRUSTED', { isUnconnected: true })
const REFUSED = failing('REGISTRY_UNAVAILABLE', { isUnconnected: true, isTemporary: true })
const PROXY_REFUSES = failing('REGISTRY_PROXY_FAILED', { isTemporary: false })
const CUT = failing('REGISTRY_UNAVAILABLE', { isTemporary: true })

/**
 * Sends forty requests to one host at the same time, and one more later.
 * @param script the outcome of each attempt; the last one is that of all further ones
 * @returns how often the host was contacted before and after, and the distinct outcomes
 */
async function sendForty(script: readonly (RegistryError | number)[]) {
  let sent = 0
  const send = withRetry(
    async () => {
      const outcome = script[Math.min(sent, script.length - 1)] as RegistryError | number
      sent++
      // The others are on their way before the first has its outcome.
      await Promise.resolve()
      if (typeof outcome !== 'number') throw outcome
      return answering(outcome)
    },
    instantClock(),
    DEFAULT_LIMITS,
  )
  const outcomeOf = async (one: HttpRequest) =>
    send(one).then(
      ({ status, attempts }) => `${status} (${attempts})`,
      (error: RegistryError) => `${error.code} (${error.args['tries']})`,
    )
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => outcomeOf(request('r.example'))))
  const before = sent
  const late = await outcomeOf(request('r.example'))
  return { before, after: sent - before, outcomes: [...new Set(outcomes)], late }
}

describe('a host that cannot be connected to', () => {
  test.each<[what: string, script: (RegistryError | number)[], before: number, outcome: string]>([
    ['a name that DNS does not know', [UNKNOWN], 40, 'REGISTRY_HOST_UNKNOWN (1)'],
    ['a certificate that is not trusted', [UNTRUSTED], 40, 'REGISTRY_TLS_UNTRUSTED (1)'],
    ['a proxy that refuses', [PROXY_REFUSES], 40, 'REGISTRY_PROXY_FAILED (1)'],
    // The connections that were being opened when the first failed, and three more tries in all.
    ['a port that nothing listens on', [REFUSED], 43, 'REGISTRY_UNAVAILABLE (4)'],
  ])('is not contacted again: %s', async (_, script, before, outcome) => {
    expect(await sendForty(script)).toEqual({ before, after: 0, outcomes: [outcome], late: outcome })
  })

  test('is contacted by all as soon as it accepts connections', async () => {
    const script = [...Array.from({ length: 41 }, () => REFUSED), 200]
    // 40 first attempts, one that fails again for all, one that gets through, and then the other 39.
    expect(await sendForty(script)).toEqual({
      before: 81,
      after: 1,
      outcomes: ['200 (3)', '200 (2)'],
      late: '200 (1)',
    })
  })
})

describe('a host that was connected to', () => {
  test.each<[what: string, script: (RegistryError | number)[], before: number, after: number]>([
    ['a tag that is unknown', [404], 40, 1],
    ['a registry that is overloaded', [503], 160, 4],
    ['a connection that is cut', [CUT], 160, 4],
    ['a connection that cannot be opened after another was', [200, REFUSED], 1 + 39 * 4, 4],
  ])('is contacted for each image: %s', async (_, script, before, after) => {
    expect(await sendForty(script)).toMatchObject({ before, after })
  })
})

test('an outage is one of a host, and of the settings that the connection needs', async () => {
  const hosts: string[] = []
  const sendOnce: Send = async ({ url }) => {
    hosts.push(url.host)
    throw UNKNOWN
  }
  const send = withRetry(sendOnce, instantClock(), DEFAULT_LIMITS)
  const all = [
    request('a.example'),
    request('a.example'),
    request('b.example'),
    request('a.example', { tls: { skipVerify: true } }),
    request('a.example', { allowedAddresses: 'public' as HttpRequest['allowedAddresses'] }),
  ]
  for (const one of all) await expect(send(one)).rejects.toMatchObject({ code: 'REGISTRY_HOST_UNKNOWN' })
  expect(hosts).toEqual(['a.example', 'b.example', 'a.example', 'a.example'])
})

test('a token server from the cache, which is tried once only, settles nothing', async () => {
  let sent = 0
  const send = withRetry(
    async () => {
      sent++
      throw REFUSED
    },
    instantClock(),
    DEFAULT_LIMITS,
  )
  await expect(send(request('a.example', { maxAttempts: 1 }))).rejects.toMatchObject({ args: { tries: 1 } })
  await expect(send(request('a.example'))).rejects.toMatchObject({ args: { tries: 4 } })
  expect(sent).toBe(5)
})

test('if the request that tries for all is aborted, another one goes on', async () => {
  const stop = new AbortController()
  let sent = 0
  const send = withRetry(
    async () => {
      sent++
      if (sent > 3) return answering(200)
      if (sent === 3) {
        stop.abort(new Error('stopped'))
        throw stop.signal.reason
      }
      throw REFUSED
    },
    instantClock(),
    DEFAULT_LIMITS,
  )
  const first = send(request('a.example', { signal: stop.signal }))
  const second = send(request('a.example'))
  await expect(first).rejects.toThrow('stopped')
  await expect(second).resolves.toMatchObject({ status: 200, attempts: 2 })
})

test('lookups of one name at the same time are one', () => {
  const asked: string[] = []
  const pending: (() => void)[] = []
  const look = sharedLookup((hostname, _, callback) => {
    asked.push(hostname)
    pending.push(() => callback(null, '192.0.2.1', 4))
  })
  const found: unknown[] = []
  const options = { all: false }
  for (const name of ['a', 'a', 'b']) look(name, options, (_, address) => found.push([name, address]))
  for (const answer of pending.splice(0)) answer()
  look('a', options, () => {})
  expect([asked, found]).toEqual([
    ['a', 'b', 'a'],
    [
      ['a', '192.0.2.1'],
      ['a', '192.0.2.1'],
      ['b', '192.0.2.1'],
    ],
  ])
})
