import { BlockList, isIP } from 'node:net'
import { isLoopbackHost } from './address.ts'
import { basicAuthorization } from './basic.ts'
import { RegistryFailure } from './failure.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Which proxy the environment wants for a URL, by the rules of Go's `httpproxy` package, which docker, containerd,
 * crane and kubectl follow: `HTTPS_PROXY` for https and `HTTP_PROXY` for http alone (in lower case, too, which is looked at
 * second), never for this machine, and not for what `NO_PROXY` lists.
 *
 * @returns the proxy's URL, or undefined for a direct connection
 * @throws {RegistryFailure} REGISTRY_PROXY_FAILED where the variable holds no URL of an HTTP proxy: going past it would be
 * against the user's wish
 */
export function proxyFor(url: URL, env: Env): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const value = env[name] || env[name.toLowerCase()]
  if (!value || isLoopbackHost(url.hostname)) return undefined
  const isExempt = matchesNoProxy(url, env['NO_PROXY'] || env['no_proxy'] || '')
  return isExempt ? undefined : parseProxy(value, name)
}

/** A proxy's address; one without a scheme speaks plain HTTP. */
function parseProxy(value: string, name: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`)
  const isKnown = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url !== null && isKnown && isEscaped(url.username + url.password)) return url
  const reason = url === null || isKnown ? 'it is no URL' : `${url.protocol} proxies are not supported`
  throw new RegistryFailure('REGISTRY_PROXY_FAILED', { proxy: name, reason })
}

/** Whether every percent sign begins an escape that can be read. */
function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** What proves to a proxy who asks, from the user information in its URL; undefined where there is none. */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '' && proxy.password === '') return undefined
  return basicAuthorization(decodeURIComponent(proxy.username), decodeURIComponent(proxy.password))
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
