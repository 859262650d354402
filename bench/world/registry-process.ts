// A separate process, so that the client's CPU time does not include the registries. Started by registries.ts.
import { startRegistry } from '../../test/support/registry/registry.ts'
import type { Answer } from '../../test/support/registry/script.ts'
import { startRelay } from './relay.ts'
import { pushSignedImages } from './signed-images.ts'

/** The settings of the process. */
export interface RegistrySetup {
  /** The number of registries, each on its own port. */
  readonly count: number
  /** The round trip time to each, in milliseconds. */
  readonly roundTrip: number
  /** HTTPS with HTTP/2 offered, and a token for each repository; otherwise plain HTTP without tokens. */
  readonly secured: boolean
  /** Each registry has this many signed images, and no others. Default: every image, none of them signed. */
  readonly signedImages?: number
}

/** The message of the process when it is ready. */
export interface RegistriesReady {
  readonly urls: readonly string[]
  readonly authorities: readonly string[]
  /** The public key of the signatures of each registry, as PEM. */
  readonly publicKeys: readonly string[]
}

/** The requests to all registries since the last count. */
export interface Traffic {
  readonly requests: number
  /** Requests that were answered with a challenge. */
  readonly challenges: number
  readonly tokens: number
  /** Successful requests for manifests. */
  readonly answers: number
  readonly connections: number
}

const setup = JSON.parse(process.argv[2] ?? '{}') as RegistrySetup
const registries = await Promise.all(
  Array.from({ length: setup.count }, async () => {
    const registry = await startRegistry({
      ...(setup.signedImages === undefined ? { anyName: true } : { referrers: {} }),
      ...(setup.secured ? { tls: { http2: true }, auth: { kind: 'bearer', mayRead: () => true } } : {}),
    })
    const publicKey = pushSignedImages(registry, setup.signedImages ?? 0)
    const relay = await startRelay(Number(new URL(registry.url).port), setup.roundTrip)
    const url = registry.url.replace(/\d+$/, String(relay.port))
    registry.script({
      when: { authorized: false },
      answer: (answer) => tokensThrough(url, registry.url, answer),
    })
    return { registry, relay, url, publicKey }
  }),
)

/** Replaces the registry's own address as the token server with that of its relay, which clients must use. */
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
  publicKeys: registries.map(({ publicKey }) => publicKey),
} satisfies RegistriesReady)
