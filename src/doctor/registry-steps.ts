import { effectivePort } from '../reference/server-url.ts'
import type { SecretRedactor } from '../registry/errors/redact.ts'
import { RegistryError } from '../registry/errors/registry-error.ts'
import type { Endpoint } from '../registry/hosts/endpoint.ts'
import type { ConnectionEvent } from '../registry/http/observation.ts'
import type { RegistryEvent } from '../registry/registry-event.ts'
import { describeChain, describeDistrust, describeHandshake } from './certificates.ts'
import { describeCredential } from './credential.ts'
import { describeEndpoints, type SourceNames } from './endpoints.ts'
import { describeChallenge, describeResponse, requestName } from './exchange.ts'
import { describeFailure, failureHint } from './failure.ts'
import { describeProxy } from './proxy-decision.ts'
import type { KeychainEvent, RanProgram, ReadFile } from './recording.ts'
import type { Redaction } from './redaction.ts'
import type { AddStep, Step } from './step.ts'

export interface RegistryStepsOptions {
  readonly add: AddStep
  readonly env: Readonly<Record<string, string | undefined>>
  /** The current time in milliseconds since the epoch. */
  readonly now: () => number
  readonly redaction: Redaction
  /** Gets every secret that is sent. */
  readonly secrets: Pick<SecretRedactor, 'addCredential' | 'addSecret' | 'addHeaders'>
  /** The files that the client has read so far. */
  readonly files: readonly ReadFile[]
  readonly sources: SourceNames
}

/** Turns what the registry client does into steps. */
export interface RegistrySteps {
  readonly observe: (event: RegistryEvent) => void
  readonly onKeychain: (event: KeychainEvent) => void
  readonly onProgram: (program: RanProgram) => void
}

/** The connection to one server. */
interface Connection {
  readonly addresses: string[]
  lookupError: string | undefined
  isConnected: boolean
  isSecure: boolean
  failedHandshake: (ConnectionEvent & { readonly kind: 'handshake' }) | undefined
  /** Steps of a connection that was started before it is known whether a request needs it. */
  waiting: Step[] | undefined
}

/**
 * Creates the steps of one image or registry. Repeated steps, as of retries, are left out, and so are connections that no
 * request uses.
 */
export function createRegistrySteps(options: RegistryStepsOptions): RegistrySteps {
  const { env, now, redaction, secrets, files, sources } = options
  const connections = new Map<string, Connection>()
  const known = new Set<string>()
  const filesBefore = files.length
  let endpoint: Endpoint | undefined

  const add = (step: Step, about = ''): void => {
    const key = `${about} ${step.name} ${step.text}`
    if (known.has(key)) return
    known.add(key)
    options.add(step)
  }
  const connectionTo = (origin: string): Connection => {
    const found = connections.get(origin) ?? {
      addresses: [],
      lookupError: undefined,
      isConnected: false,
      isSecure: false,
      failedHandshake: undefined,
      waiting: [],
    }
    connections.set(origin, found)
    return found
  }
  const addTo = (origin: string, step: Step): void => {
    const { waiting } = connectionTo(origin)
    if (waiting === undefined) add(step, origin)
    else waiting.push(step)
  }
  const addLookup = (origin: string, connection: Connection): void => {
    if (connection.addresses.length === 0) return
    const text = `${hostOf(origin)} is ${[...new Set(connection.addresses)].join(', ')}`
    addTo(origin, { name: 'DNS', status: 'ok', text })
  }

  const onConnection = (event: ConnectionEvent): void => {
    const { origin } = event
    const connection = connectionTo(origin)
    switch (event.kind) {
      case 'lookup':
        if (event.address !== undefined) connection.addresses.push(event.address)
        connection.lookupError = event.error
        return
      case 'connected':
        connection.isConnected = true
        addLookup(origin, connection)
        addTo(origin, {
          name: 'connect',
          status: 'ok',
          text: `to ${event.address}, port ${effectivePort(new URL(origin))}`,
        })
        return
      case 'tunnel':
        connection.isConnected = true
        addTo(origin, {
          name: 'connect',
          status: 'ok',
          text: `a tunnel to ${hostOf(origin)} through ${event.proxy}, which looks up the name`,
        })
        return
      case 'handshake':
        if (event.error !== undefined) {
          connection.failedHandshake = event
          return
        }
        connection.isSecure = true
        addTo(origin, describeHandshake(event, files, env))
    }
  }

  const onNoResponse = ({ request, error, milliseconds }: RegistryEvent & { kind: 'no response' }): void => {
    const { origin, hostname, host } = request.url
    const connection = connectionTo(origin)
    const { failedHandshake, lookupError } = connection
    connection.failedHandshake = undefined
    const isFallback =
      error instanceof RegistryError &&
      error.code === 'REGISTRY_SPEAKS_HTTP' &&
      endpoint?.mayFallBackToHttp === true
    const base = {
      status: 'failed' as const,
      milliseconds,
      hint: failureHint(error, host),
    }
    if (isFallback) {
      const text = `${host} speaks plain HTTP, which this machine or the settings allow for it`
      add({ name: 'TLS', status: 'info', text }, origin)
    } else if (failedHandshake !== undefined && isTlsError(error)) {
      const { certificates } = failedHandshake
      add(
        {
          ...base,
          name: 'TLS',
          text: `not verified: ${describeDistrust(failedHandshake.error ?? '', certificates, hostname, now())}`,
          details: describeChain(certificates),
        },
        origin,
      )
    } else {
      if (lookupError === undefined && !connection.isConnected) addLookup(origin, connection)
      const name = stageOf(connection, request.url, error) ?? requestName(request)
      add({ ...base, name, text: describeFailure(error, host) }, origin)
    }
  }

  const observe = (event: RegistryEvent): void => {
    switch (event.kind) {
      case 'endpoints':
        for (const { headers } of event.endpoints) if (headers !== undefined) secrets.addHeaders(headers)
        add(describeEndpoints(event.endpoints, event.source, sources, files.slice(filesBefore)))
        return
      case 'endpoint':
        endpoint = event.endpoint
        return
      case 'endpoint failed': {
        const text = `${event.endpoint.host} failed (${event.error.code}); next is ${event.next.host}`
        add({
          name: 'endpoint',
          status: 'warning',
          text,
          hint: failureHint(event.error, event.endpoint.host),
        })
        return
      }
      case 'request': {
        const { request } = event
        rememberSecrets(request, secrets)
        const connection = connectionTo(request.url.origin)
        if (request.needsNewConnection === true)
          Object.assign(connection, { isConnected: false, isSecure: false })
        if (connection.waiting === undefined) return
        const { waiting } = connection
        connection.waiting = undefined
        addProxy(request.url)
        for (const step of waiting) add(step, request.url.origin)
        return
      }
      case 'response': {
        const { request, response, milliseconds } = event
        for (const step of describeResponse(request, response, milliseconds, redaction.clean)) {
          add(step)
        }
        const challenge = describeChallenge(request, response, redaction.clean)
        if (challenge !== undefined) add(challenge)
        return
      }
      case 'no response':
        onNoResponse(event)
        return
      default:
        onConnection(event)
    }
  }

  const addProxy = (url: URL): void => {
    try {
      add({ name: 'proxy', status: 'ok', text: describeProxy(url, env) }, url.origin)
    } catch (error) {
      // The request fails with the same error.
      if (!(error instanceof RegistryError)) throw error
    }
  }

  return {
    observe,
    onKeychain: (event) => {
      if (event.kind === 'found') secrets.addCredential(event.credential)
      add(describeCredential(event), event.host)
    },
    onProgram: ({ program, ending, isGood, milliseconds }) =>
      add({
        name: 'program',
        status: isGood ? 'ok' : 'warning',
        text: `${program}: ${ending}`,
        milliseconds,
      }),
  }
}

/** Everything that a request carries may be a secret that the server repeats. */
function rememberSecrets(
  {
    headers,
    body,
  }: { readonly headers: Readonly<Record<string, string>>; readonly body?: string | undefined },
  secrets: RegistryStepsOptions['secrets'],
): void {
  for (const word of (headers['authorization'] ?? '').split(' ').slice(1)) secrets.addSecret(word)
  for (const [name, value] of new URLSearchParams(body ?? '')) {
    if (name === 'password' || name === 'refresh_token') secrets.addSecret(value)
  }
}

/** The stage of a connection in which a request failed; undefined if it was sent. */
function stageOf(
  { lookupError, isConnected, isSecure }: Connection,
  url: URL,
  error: unknown,
): string | undefined {
  if (error instanceof RegistryError && error.code === 'REGISTRY_PROXY_FAILED') return 'proxy'
  if (lookupError !== undefined) return 'DNS'
  if (!isConnected) return 'connect'
  return url.protocol === 'https:' && !isSecure ? 'TLS' : undefined
}

function isTlsError(error: unknown): boolean {
  return error instanceof RegistryError && /^REGISTRY_TLS_/.test(error.code)
}

function hostOf(origin: string): string {
  return new URL(origin).host
}
