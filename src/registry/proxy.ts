import { BlockList, isIP } from 'node:net'
import { readServerUrl } from '../reference/server-url.ts'
import { isLoopbackHost } from './address.ts'
import { basicAuthorization } from './basic.ts'
import { RegistryFailure } from './failure.ts'
import { effectivePort } from './http.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A proxy over which requests go. */
export interface HttpProxy {
  /** Scheme, host and port, and nothing else: it may be printed. */
  readonly url: URL
  /** What proves to it who asks; undefined where it lets everybody through. */
  readonly authorization: string | undefined
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
  if (!value || isLoopbackHost(url.hostname)) return undefined
  const isExempt = matchesNoProxy(url, env['NO_PROXY'] || env['no_proxy'] || '')
  return isExempt ? undefined : parseProxy(value, name)
}

/** The host and port of a proxy, as Node's clients want them. */
export function proxyHost({ url }: HttpProxy): { readonly hostname: string; readonly port: string } {
  return { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: effectivePort(url) }
}

/** A proxy's address; one without a scheme speaks plain HTTP. */
function parseProxy(value: string, name: string): HttpProxy {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value) ?? []
  const read = readServerUrl(scheme === undefined ? `http://${value}` : value, { user: true })
  if (read.kind === 'url') {
    const { url, user } = read
    return { url, authorization: user && basicAuthorization(user.name, user.password) }
  }
  const isUnknown = read.fault === 'it is no http or https URL'
  // A scheme is printed, since it tells what is wrong; the rest of the value may be a password.
  const reason = isUnknown ? `${scheme?.toLowerCase()}: proxies are not supported` : read.fault
  throw new RegistryFailure('REGISTRY_PROXY_FAILED', { proxy: name, reason })
}

/**
 * Whether `NO_PROXY` exempts a URL: a list of `*`, addresses, CIDR blocks, host names (with their subdomains),
 * `.suffix` and `*.suffix` (subdomains only), each but the blocks with a port where wanted.
 */
function matchesNoProxy(url: URL, list: string): boolean {
  const host = url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list.split(',').some((part) => {
    const entry = part.trim().toLowerCase()
    if (entry === '') return false
    if (entry === '*') return true
    if (entry.includes('/')) return inBlock(host, entry)
    const [name, wantedPort] = splitPort(entry)
    if (wantedPort !== undefined && wantedPort !== port) return false
    if (isIP(name) !== 0) return sameAddress(name, host)
    if (isIP(host) !== 0) return false
    const suffix = name.startsWith('*.') ? name.slice(1) : name
    return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`)
  })
}

function splitPort(entry: string): [string, string | undefined] {
  const match = /^\[(.+)\](?::(\d+))?$/.exec(entry) ?? (isIP(entry) === 0 ? /^(.*):(\d+)$/.exec(entry) : null)
  return match === null ? [entry, undefined] : [match[1] ?? '', match[2]]
}

function inBlock(host: string, entry: string): boolean {
  const [network = '', length = ''] = entry.split('/')
  const version = isIP(network)
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(length)) return false
  if (Number(length) > (version === 4 ? 32 : 128)) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(network, Number(length), family)
  return list.check(host, family)
}

function sameAddress(one: string, other: string): boolean {
  const version = isIP(one)
  if (isIP(other) !== version) return false
  const list = new BlockList()
  list.addAddress(one, version === 4 ? 'ipv4' : 'ipv6')
  return list.check(other, version === 4 ? 'ipv4' : 'ipv6')
}
