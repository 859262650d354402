import { request } from 'node:http'
import { Agent, type AgentOptions, request as secureRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { getCACertificates } from 'node:tls'
import { RegistryFailure } from './failure.ts'
import type { Limits } from './limits.ts'
import { proxyAuthorization } from './proxy.ts'
import { redactUrl } from './redact.ts'
import { secureOptions, type TlsSettings } from './tls.ts'

/** What the connections of an agent have in common. */
export interface SecureAgentOptions {
  readonly tls: TlsSettings | undefined
  /** Where connections are tunnelled through. */
  readonly proxy: URL | undefined
  readonly limits: Limits
}

/** Makes the agent that keeps the TLS connections of one group of hosts. */
export function secureAgent({ tls, proxy, limits }: SecureAgentOptions): Agent {
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets: limits.connections,
    scheduling: 'lifo',
    ...secureOptions(tls ?? {}, () => getCACertificates('default')),
  }
  return proxy === undefined ? new Agent(options) : new TunnelAgent(options, proxy, limits.connect)
}

/** An agent whose connections go through a proxy's tunnel (RFC 9110, 9.3.6). */
class TunnelAgent extends Agent {
  readonly #proxy: URL
  readonly #timeout: number

  constructor(options: AgentOptions, proxy: URL, timeout: number) {
    super(options)
    this.#proxy = proxy
    this.#timeout = timeout
  }

  override createConnection(
    ...[options, callback]: Parameters<Agent['createConnection']>
  ): ReturnType<Agent['createConnection']> {
    const target = options as { host?: string | null; port?: string | number | null }
    openTunnel(this.#proxy, `${target.host}:${target.port}`, this.#timeout).then(
      (socket) => {
        const secured = super.createConnection({ ...options, socket } as typeof options, () => {})
        if (secured) callback?.(null, secured)
      },
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    )
    return undefined
  }
}

function openTunnel(proxy: URL, target: string, timeout: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string, cause?: Error): void =>
      reject(
        new RegistryFailure(
          'REGISTRY_PROXY_FAILED',
          { proxy: redactUrl(proxy), reason },
          { cause, isTemporary: cause !== undefined },
        ),
      )
    const authorization = proxyAuthorization(proxy)
    const send = proxy.protocol === 'https:' ? secureRequest : request
    const asking = send({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...(authorization && { 'proxy-authorization': authorization }) },
      agent: false,
      timeout,
    })
    asking.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket)
      socket.destroy()
      failed(`it answered with status ${answer.statusCode}`)
    })
    asking.on('response', (answer) => {
      answer.destroy()
      failed(`it answered with status ${answer.statusCode}`)
    })
    asking.on('timeout', () => asking.destroy(new Error('no answer')))
    asking.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message, error))
    asking.end()
  })
}
