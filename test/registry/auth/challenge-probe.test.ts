import { afterEach, describe, expect, test } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../../src/credentials/keychain.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import { createRegistryClient } from '../../../src/registry/composition.ts'
import type { Limits } from '../../../src/registry/http/limits.ts'
import { fixedFiles } from '../../support/fixed-files.ts'
import { instantClock } from '../../support/instant-clock.ts'
import { cutAfter, failWith, silence } from '../../support/registry/misbehaviour.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../../support/registry/registry.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function start(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry({ tls: { http2: true }, anyName: true, ...options })
  open.push(registry)
  return registry
}

const bearer: RegistryOptions['auth'] = { kind: 'bearer', mayRead: () => true }

/** Asks for so many tags at once, and tells what became of them. */
async function askForAll(
  registry: TestRegistry,
  count: number,
  {
    limits = {},
    signal = new AbortController().signal,
  }: { limits?: Partial<Limits>; signal?: AbortSignal } = {},
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const client = createRegistryClient({
    keychain: EMPTY_KEYCHAIN,
    userAgent: 'pinpull/test',
    clock: instantClock(),
    limits,
    env: { SSL_CERT_FILE: '/ca.pem' },
    files: fixedFiles({ '/ca.pem': registry.ca ?? '' }),
  })
  const asked = Array.from({ length: count }, (_, index) =>
    client.resolve(parseReference(`${registry.host}/app:${index}`), { platforms: false, signal }),
  )
  return await Promise.allSettled(asked)
}

const good = (count: number) => Array.from({ length: count }, () => 'fulfilled')
const statuses = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status)
const challenged = ({ requests }: TestRegistry) => requests.filter(({ status }) => status === 401).length

describe('many images of one registry at once', () => {
  test.each<[string, RegistryOptions, number]>([
    ['over HTTP/2: sixteen are challenged, and tell the others', {}, 16],
    ['over HTTP/1.1: all go, since each has a connection to itself', { tls: {} }, 40],
  ])('%s', async (_, options, count) => {
    const registry = await start({ auth: bearer, ...options })
    expect(statuses(await askForAll(registry, 40))).toEqual(good(40))
    expect(challenged(registry)).toBe(count)
    expect(registry.count({ path: '/token' })).toBe(1)
    expect(registry.count({ method: 'HEAD', authorized: true })).toBe(40)
  })

  test('at a registry that is open to all, each asks once', async () => {
    const registry = await start()
    expect(statuses(await askForAll(registry, 40))).toEqual(good(40))
    expect(registry.requests).toHaveLength(40)
  })

  test.each([
    ['are told to come again', failWith(503, 'UNAVAILABLE')],
    ['are cut off', cutAfter(0)],
    ['get no answer', silence],
  ])('the others go on where the first sixteen %s', async (_, answer) => {
    const registry = await start({ auth: bearer })
    registry.script({ times: 16, answer })
    expect(statuses(await askForAll(registry, 40, { limits: { headersTimeout: 2000 } }))).toEqual(good(40))
  })

  test('whoever waits gives up with the run', async () => {
    const registry = await start({ auth: bearer })
    registry.script({ answer: silence })
    const run = new AbortController()
    const asked = askForAll(registry, 40, { signal: run.signal })
    await expect.poll(() => registry.requests.length).toBe(16)
    run.abort(new Error('the user gave up'))
    const reasons = (await asked).map((result) => (result.status === 'rejected' ? result.reason.message : ''))
    expect(reasons).toEqual(Array.from({ length: 40 }, () => 'the user gave up'))
  })
})
