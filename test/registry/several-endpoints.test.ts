import { afterEach, describe, expect, test } from 'vitest'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { formatMessage } from '../../src/report/message.ts'
import { ask, headersOf, INDEX } from '../support/ask-registry.ts'
import { type ExchangeServer, exchangeServer } from '../support/exchange-server.ts'

const open: ExchangeServer[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

const HEAD = 'HEAD /v2/app/manifests/1?ns=registry.example.com'
const GET = HEAD.replace('HEAD', 'GET')

/** A mirror that answers every question with a status. */
async function mirror(status: number, headers = {}): Promise<ExchangeServer> {
  const server = await exchangeServer(() => [
    { request: HEAD, answer: { status, headers } },
    { request: GET, answer: { status, headers } },
  ])
  open.push(server)
  return server
}

const mirrorsOf = (servers: readonly ExchangeServer[]) =>
  servers.map(({ url }) => ({ host: 'registry.example.com', url }))

describe('several mirrors', () => {
  test('where all fail, the message says what became of each', async () => {
    const servers = [await mirror(410), await mirror(404), await mirror(403)]
    const [one, two, three] = servers.map(({ host }) => host)
    const error = await ask('registry.example.com/app:1', { mirrors: mirrorsOf(servers) }).catch(
      (thrown) => thrown,
    )
    expect(error).toBeInstanceOf(PinpullError)
    expect(formatMessage(error)).toBe(
      `registry.example.com/app:1: ${three}, a mirror of registry.example.com, refused access to app: it gave no reason; ` +
        `before that failed ${one} (REGISTRY_REFUSED), ${two} (MANIFEST_UNKNOWN)`,
    )
  })

  test('where one answers, nothing is said of those before it', async () => {
    const servers = [await mirror(410), await mirror(200, headersOf(INDEX))]
    const { descriptor, endpoint } = await ask('registry.example.com/app:1', { mirrors: mirrorsOf(servers) })
    expect([descriptor.digest, endpoint.host]).toEqual([INDEX.digest, servers[1]?.host])
  })
})
