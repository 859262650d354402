// A process of its own, so that what the registries cost is not in the client's time. Started by registries.ts.
import { startRegistry } from '../../test/support/registry/registry.ts'
import type { Answer } from '../../test/support/registry/script.ts'
import { startRelay } from './relay.ts'

/** What the process is told when it starts. */
export interface RegistrySetup {
  /** How many registries, each on a port of its own. */
  readonly count: number
  /** Milliseconds of a round trip to each. */
  readonly roundTrip: number
  /** HTTPS with HTTP/2 offered, and a token for each repository; else plain HTTP, open to all. */
  readonly secured: boolean
}

/** What it says when it is ready. */
export interface RegistriesReady {
  readonly urls: readonly string[]
  readonly authorities: readonly string[]
}

/** What was asked of all of them since the last time. */
export interface Traffic {
  readonly requests: number
  /** Requests that were sent back for a token. */
  readonly challenges: number
  readonly tokens: number
  /** Manifests asked for, with a good answer. */
  readonly answers: number
  readonly connections: number
}

const setup = JSON.parse(process.argv[2] ?? '{}') as RegistrySetup
const registries = await Promise.all(
  Array.from({ length: setup.count }, async () => {
    const registry = await startRegistry({
      anyName: true,
      ...(setup.secured ? { tls: { http2: true }, auth: { kind: 'bearer', mayRead: () => true } } : {}),
    })
    const relay = await startRelay(Number(new URL(registry.url).port), setup.roundTrip)
    const url = registry.url.replace(/\d+$/, String(relay.port))
    registry.script({
      when: { authorized: false },
      answer: (answer) => tokensThrough(url, registry.url, answer),
    })
    return { registry, relay, url }
  }),
)

/** The registry names itself where tokens are to be had, but whoever lives behind the relay must go through it. */
function tokensThrough(url: string, own: string, answer: Answer): Answer {
  const challenge = answer.headers['www-authenticate']
  if (typeof challenge !== 'string') return answer
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge.replace(own, url) } }
}

process.on('message', () => {
  const requests = registries.flatMap(({ registry }) => registry.requests)
  const traffic: Traffic = {
    requests: requests.length,
    challenges: requests.filter(({ status }) => status === 401).length,
    tokens: requests.filter(({ path }) => path === '/token').length,
    answers: requests.filter(({ path, status }) => path.includes('/manifests/') && status === 200).length,
    connections: registries.reduce((sum, { relay }) => sum + relay.connections(), 0),
  }
  for (const { registry, relay } of registries) {
    registry.clearRequests()
    relay.reset()
  }
  process.send?.(traffic)
})
process.on('disconnect', () => process.exit())
process.send?.({
  urls: registries.map(({ url }) => url),
  authorities: registries.flatMap(({ registry }) => registry.ca ?? []),
} satisfies RegistriesReady)
