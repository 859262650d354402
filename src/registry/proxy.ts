import type { Credential } from '../credentials/keychain.ts'
import { type FaultyUrl, readServerUrl, type ServerUrl } from '../reference/server-url.ts'
import { basicAuthorization } from './basic.ts'
import { RegistryFailure } from './failure.ts'
import { effectivePort } from './http.ts'
import { isExempt, isThisMachine } from './no-proxy.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A proxy over which requests go. */
export interface HttpProxy {
  /** Scheme, host and port, and nothing else: it may be printed. */
  readonly url: URL
  /** What proves to it who asks; undefined where it lets everybody through. */
  readonly authorization: string | undefined
}

/** The names and passwords in the proxy variables: a proxy may send back what it was shown, too. */
export function proxyCredentials(env: Env): Credential[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY'].flatMap((name) => {
    const read = readProxy(env[name] || env[name.toLowerCase()] || '')
    if (read.kind !== 'url' || read.user === undefined) return []
    return [{ kind: 'basic', username: read.user.name, password: read.user.password, source: name }]
  })
}

/**
 * Which proxy the environment wants for a URL, by the rules of Go's `httpproxy` package, which docker, containerd,
 * crane and kubectl follow: `HTTPS_PROXY` for https and `HTTP_PROXY` for http alone (in lower case, too, which is looked at
 * second), never for this machine, and not for what `NO_PROXY` lists.
 *
 * @returns the proxy, or undefined for a direct connection
 * @throws {RegistryFailure} REGISTRY_PROXY_FAILED where the variable holds no URL of an HTTP proxy: going past it would be
 * against the user's wish
 */
export function proxyFor(url: URL, env: Env): HttpProxy | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const value = env[name] || env[name.toLowerCase()]
  if (!value) return undefined
  if (name === 'HTTP_PROXY' && env['REQUEST_METHOD']) {
    // A CGI program gets a request's header "Proxy" under that name: Go refuses it, too (golang.org/s/cgihttpproxy).
    throw new RegistryFailure('REGISTRY_PROXY_FAILED', {
      proxy: name,
      reason: 'it is not used where REQUEST_METHOD is set',
    })
  }
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const noProxy = env['NO_PROXY'] || env['no_proxy'] || ''
  if (isThisMachine(host) || isExempt({ host, port: effectivePort(url) }, noProxy)) return undefined
  return parseProxy(value, name)
}

/** The host and port of a proxy, as Node's clients want them. */
export function proxyHost({ url }: HttpProxy): { readonly hostname: string; readonly port: string } {
  return { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: effectivePort(url) }
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i

/** A proxy's address; one without a scheme speaks plain HTTP. */
function readProxy(value: string): ServerUrl | FaultyUrl {
  return readServerUrl(SCHEME.test(value) ? value : `http://${value}`, { user: true })
}

function parseProxy(value: string, name: string): HttpProxy {
  const read = readProxy(value)
  if (read.kind === 'url') {
    const { url, user } = read
    return { url, authorization: user && basicAuthorization(user.name, user.password) }
  }
  const isUnknown = read.fault === 'it is not an http or https URL'
  // A scheme is printed, since it tells what is wrong; the rest of the value may be a password.
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase()
  const reason = isUnknown ? `${scheme}: proxies are not supported` : read.fault
  throw new RegistryFailure('REGISTRY_PROXY_FAILED', { proxy: name, reason })
}
