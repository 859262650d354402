import { isIP } from 'node:net'
import type { Credential } from '../../credentials/keychain.ts'
import {
  bareHostname,
  effectivePort,
  type InvalidUrl,
  parseServerUrl,
  type ServerUrl,
} from '../../reference/server-url.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { ipv6Groups } from './address.ts'
import { basicAuthorization } from './http.ts'

type Env = Readonly<Record<string, string | undefined>>

/** An HTTP proxy and the credentials for it. */
export interface HttpProxy {
  /** Scheme (http or https), host and port, without user information, so that it may be printed. */
  readonly url: URL
  /** The value of `Proxy-Authorization`; undefined without credentials. */
  readonly authorization: string | undefined
}

/**
 * The user names and passwords in `HTTPS_PROXY` and `HTTP_PROXY` (or the same in lower case), to be redacted in
 * messages, since a proxy may repeat them in its errors. A variable that is not a URL or has none is left out.
 *
 * @param env the environment variables
 */
export function proxyCredentials(env: Env): Credential[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY'].flatMap((name) => {
    const read = readProxy(env[name] || env[name.toLowerCase()] || '')
    if (read.kind !== 'url' || read.user === undefined) return []
    return [{ kind: 'basic', username: read.user.name, password: read.user.password, source: name }]
  })
}

/**
 * The proxy for a URL, by the rules of Go's `golang.org/x/net/http/httpproxy`, which docker, containerd, crane and
 * kubectl follow: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, or the same in lower case if the variable is unset or
 * empty; no proxy for this machine (`isLocalhost`) and for hosts in `NO_PROXY`.
 *
 * @param url the URL to be requested
 * @param env the environment variables
 * @returns undefined for a direct connection
 * @throws {RegistryError} REGISTRY_PROXY_FAILED if the variable is not the URL of an HTTP proxy: a direct connection
 *   would be against the user's intention; for http also if `REQUEST_METHOD` is set, whatever the host
 */
export function proxyFromEnvironment(url: URL, env: Env): HttpProxy | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const value = env[name] || env[name.toLowerCase()]
  if (!value) return undefined
  if (name === 'HTTP_PROXY' && env['REQUEST_METHOD']) {
    // In a CGI program, HTTP_PROXY is the request's header "Proxy": Go refuses it, too (golang.org/s/cgihttpproxy).
    throw new RegistryError('REGISTRY_PROXY_FAILED', {
      proxy: name,
      reason: 'it is not used where REQUEST_METHOD is set',
    })
  }
  const host = bareHostname(url).toLowerCase()
  const noProxy = env['NO_PROXY'] || env['no_proxy'] || ''
  if (isLocalhost(host) || matchesNoProxy({ host, port: effectivePort(url) }, noProxy)) return undefined
  return parseProxy(value, name)
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i

/** Parses a proxy's URL; the default scheme is http. */
function readProxy(value: string): ServerUrl | InvalidUrl {
  return parseServerUrl(SCHEME.test(value) ? value : `http://${value}`, { user: true })
}

function parseProxy(value: string, name: string): HttpProxy {
  const read = readProxy(value)
  if (read.kind === 'url') {
    const { url, user } = read
    return { url, authorization: user && basicAuthorization(user.name, user.password) }
  }
  const isUnknown = read.reason === 'it is not an http or https URL'
  // Only the scheme is quoted; the rest may contain a password.
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase()
  const reason = isUnknown ? `${scheme}: proxies are not supported` : read.reason
  throw new RegistryError('REGISTRY_PROXY_FAILED', { proxy: name, reason })
}

/** The host and port of a URL, to be compared with `NO_PROXY`. */
export interface HostPort {
  /** A name or IP address in lower case; an IPv6 address without brackets. */
  readonly host: string
  /** In decimal digits; the scheme's default port if the URL has none. */
  readonly port: string
}

/**
 * Whether `NO_PROXY` lists a host, by the rules of Go's `golang.org/x/net/http/httpproxy` (`config.init`,
 * `useProxy`): a list of `*`, addresses, CIDR blocks, host names (with their subdomains), `.suffix` and `*.suffix`
 * (subdomains only), each except blocks with an optional port. An IPv4 address equals the IPv6 address that it is
 * mapped to.
 *
 * @param list the value of `NO_PROXY`, separated by commas
 */
export function matchesNoProxy({ host, port }: HostPort, list: string): boolean {
  const address = bytesOf(host)
  return list.split(',').some((part) => {
    const entry = part.trim().toLowerCase()
    if (entry === '') return false
    if (entry === '*') return true
    const block = parseBlock(entry)
    if (block !== undefined) return address !== undefined && isInBlock(address, block)
    const [name, wantedPort] = splitPort(entry)
    if (name === '' || (wantedPort !== '' && wantedPort !== port)) return false
    const exempt = bytesOf(name)
    if (exempt !== undefined) return address?.join() === exempt.join()
    return address === undefined && isWithin(host, asciiName(name.replace(/^\*(?=\.)/, '')))
  })
}

/**
 * Whether a host is this machine by Go's rules for proxies: `localhost` or a loopback address (127.0.0.0/8, also
 * IPv4-mapped, or ::1), but not `a.localhost`.
 *
 * @param host in lower case; an IPv6 address without brackets
 */
export function isLocalhost(host: string): boolean {
  const address = bytesOf(host)
  if (address === undefined) return host === 'localhost'
  return address.length === 4 ? address[0] === 127 : address.join() === LOOPBACK_6
}

const LOOPBACK_6 = '0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1'

function isWithin(host: string, name: string): boolean {
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`)
}

/** Splits host and port like `net.SplitHostPort`; if that fails, the whole entry is the host. */
function splitPort(entry: string): [string, string] {
  const [, bracketed, name, port = ''] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(entry) ?? []
  return bracketed === undefined && name === undefined ? [entry, ''] : [bracketed ?? name ?? '', port]
}

interface Block {
  readonly network: readonly number[]
  readonly length: number
}

/** Parses a CIDR block (`net.ParseCIDR`); undefined for anything else. */
function parseBlock(entry: string): Block | undefined {
  const [, text = '', digits = ''] = /^([\da-f.:]+)\/(\d+)$/.exec(entry) ?? []
  const network = bytesOf(text)
  const length = Number(digits)
  const isSix = text.includes(':')
  if (network === undefined || length > (isSix ? 128 : 32)) return undefined
  // An IPv4-mapped network's prefix counts the 96 bits before it.
  return { network, length: isSix && network.length === 4 ? length - 96 : length }
}

function isInBlock(address: readonly number[], { network, length }: Block): boolean {
  if (network.length !== address.length || length < 0) return false
  return network.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, length - index * 8))
    const mask = (0xff00 >> bits) & 0xff
    return (byte & mask) === ((address[index] as number) & mask)
  })
}

/** The bytes of an address, four for an IPv4-mapped one; undefined for a name. */
function bytesOf(host: string): readonly number[] | undefined {
  const version = isIP(host)
  if (version === 4) return host.split('.').map(Number)
  if (version === 0 || host.includes('%')) return undefined
  const bytes = ipv6Groups(host).flatMap((group) => [group >> 8, group & 0xff])
  const isMapped = bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255'
  return isMapped ? bytes.slice(12) : bytes
}

/** Converts a name to ASCII (Punycode), like the host of a URL. */
function asciiName(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name
  const dot = name.startsWith('.') ? '.' : ''
  const url = URL.parse(`http://${name.slice(dot.length)}`)
  return url === null ? name : `${dot}${url.hostname}`
}
