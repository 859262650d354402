import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { BlockList, isIP } from 'node:net'
import { UnsafeAddressError } from '../errors/network.ts'

/**
 * The kind of an IP address: `public`, `private` (in a private network), `loopback`, or `forbidden` (never contacted, such
 * as link-local addresses and the metadata services of clouds).
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden'

/**
 * The IP addresses to which a request may be sent: `public` allows public addresses only, `private` public and private
 * ones, and `loopback` all but forbidden ones.
 */
export type AllowedAddresses = Exclude<AddressKind, 'forbidden'>

/** Each value of `AllowedAddresses` allows its own kind and those before it. */
const ORDER: readonly AddressKind[] = ['public', 'private', 'loopback', 'forbidden']

type Range = readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6']

/** Networks by kind, after the IANA special-purpose registries (RFC 6890 and its successors). */
const NETWORKS: ReadonlyMap<AddressKind, () => BlockList> = new Map([
  [
    'forbidden',
    networks([
      // Unspecified: most systems treat it as this machine.
      ['0.0.0.0', 8, 'ipv4'],
      ['::', 128, 'ipv6'],
      // Link-local, where AWS, Azure, Google Cloud and others serve metadata.
      ['169.254.0.0', 16, 'ipv4'],
      ['fe80::', 10, 'ipv6'],
      // Metadata at other addresses: AWS and Google Cloud over IPv6, Alibaba Cloud, Azure, Oracle Cloud.
      ['fd00:ec2::254', 128, 'ipv6'],
      ['fd20:ce::254', 128, 'ipv6'],
      ['100.100.100.200', 32, 'ipv4'],
      ['168.63.129.16', 32, 'ipv4'],
      ['192.0.0.192', 32, 'ipv4'],
      // Multicast and broadcast.
      ['224.0.0.0', 4, 'ipv4'],
      ['255.255.255.255', 32, 'ipv4'],
      ['ff00::', 8, 'ipv6'],
    ]),
  ],
  [
    'loopback',
    networks([
      ['127.0.0.0', 8, 'ipv4'],
      ['::1', 128, 'ipv6'],
    ]),
  ],
  [
    'private',
    networks([
      ['10.0.0.0', 8, 'ipv4'],
      ['100.64.0.0', 10, 'ipv4'],
      ['172.16.0.0', 12, 'ipv4'],
      ['192.0.0.0', 24, 'ipv4'],
      ['192.168.0.0', 16, 'ipv4'],
      ['fc00::', 7, 'ipv6'],
      ['fec0::', 10, 'ipv6'],
    ]),
  ],
])

/** Host names of metadata services: behind a proxy, Pinpull cannot see what they resolve to. */
const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal'])

/**
 * Whether a host is this machine: `localhost`, `*.localhost`, 127.0.0.0/8 (also IPv4-mapped) or ::1.
 *
 * @param hostname `URL.hostname`
 */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname)
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const version = isIP(host)
  return version !== 0 && kindIn(host, version === 4 ? 'ipv4' : 'ipv6') === 'loopback'
}

/**
 * The kind of the IP address in a URL, without a DNS lookup. The host names of metadata services are `forbidden`.
 *
 * @param hostname `URL.hostname`, in which 0x7f.1, 2130706433 and 0177.0.0.1 are normalized to dotted decimals
 * @returns undefined for any other host name, also for `localhost`
 */
export function hostAddressKind(hostname: string): AddressKind | undefined {
  const host = bareHost(hostname)
  if (METADATA_NAMES.has(host)) return 'forbidden'
  return isIP(host) === 0 ? undefined : addressKind(host)
}

/**
 * The kind of an IP address. An IPv6 address that embeds an IPv4 address (mapped, NAT64, 6to4, …) has the kind of the
 * two that fewer requests may be sent to.
 *
 * @param address an address from a socket or DNS, with or without a zone (`%eth0`); anything else is `forbidden`
 */
export function addressKind(address: string): AddressKind {
  const plain = address.replace(/%.*$/, '')
  const version = isIP(plain)
  if (version === 0) return 'forbidden'
  const own = kindIn(plain, version === 4 ? 'ipv4' : 'ipv6')
  const inner = version === 6 ? embeddedAddress(plain) : undefined
  if (inner === undefined) return own
  const embedded = kindIn(inner, 'ipv4')
  return isAddressKindAllowed(embedded, own) ? own : embedded
}

/** Whether a request with these allowed addresses may be sent to an address of this kind. */
export function isAddressKindAllowed(kind: AddressKind, allowedAddresses: AddressKind): boolean {
  return ORDER.indexOf(kind) <= ORDER.indexOf(allowedAddresses)
}

/** A URL's host name in lower case, without brackets and without a dot at the end. */
function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}

function kindIn(address: string, family: 'ipv4' | 'ipv6'): AddressKind {
  for (const [kind, list] of NETWORKS) if (list().check(address, family)) return kind
  return 'public'
}

/**
 * The IPv4 address that an IPv6 address embeds: mapped and compatible (RFC 4291, 2.5.5), translated (RFC 2765; RFC
 * 6052 and RFC 8215, NAT64), 6to4 (RFC 3056), Teredo (RFC 4380) and ISATAP (RFC 5214).
 */
function embeddedAddress(address: string): string | undefined {
  const groups = ipv6Groups(address)
  const [a = 0, b = 0, c = 0, , e = 0, f = 0, g = 0, h = 0] = groups
  const last = dotted(g, h)
  const begins = (...first: readonly number[]): boolean =>
    first.every((group, index) => groups[index] === group)
  if (begins(0, 0, 0, 0, 0, 0xffff) || begins(0, 0, 0, 0, 0xffff, 0)) return last
  if (begins(0, 0, 0, 0, 0, 0)) return g === 0 && h <= 1 ? undefined : last
  if (begins(0x64, 0xff9b, 0, 0, 0, 0) || begins(0x64, 0xff9b, 1)) return last
  if (a === 0x2002) return dotted(b, c)
  if (a === 0x2001 && b === 0) return dotted(g ^ 0xffff, h ^ 0xffff)
  return (e === 0 || e === 0x200) && f === 0x5efe ? last : undefined
}

/**
 * The eight 16-bit groups of an IPv6 address, from the first to the last.
 *
 * @param address valid, without brackets and zone
 */
export function ipv6Groups(address: string): readonly number[] {
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const parse = (part: string): number[] =>
    part
      .split(':')
      .filter(Boolean)
      .map((group) => parseInt(group, 16))
  const first = parse(head)
  const last = parse(tail)
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

/** A list that is built when it is first used: registries are seldom named by address. */
function networks(ranges: readonly Range[]): () => BlockList {
  let made: BlockList | undefined
  return () => {
    if (made !== undefined) return made
    made = new BlockList()
    for (const [network, prefix, family] of ranges) made.addSubnet(network, prefix, family)
    return made
  }
}

/** The type of `dns.lookup` with the option `all`: looks up all addresses of a host name. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Creates the option `lookup` for a socket: a DNS lookup that passes only allowed addresses to its callback, all of
 * them if the option `all` is set, else the first; an `UnsafeAddressError` if none is allowed, or the error of the
 * lookup. The socket connects to the addresses that were checked, so a second DNS answer cannot replace them (DNS
 * rebinding). Node does not call it for a host that is an IP address: `hostAddressKind` is for these.
 *
 * @param allowedAddresses the kinds of addresses to pass on
 * @param resolve the actual lookup of all addresses; `dns.lookup` by default
 */
export function guardedLookup(
  allowedAddresses: AllowedAddresses,
  resolve: LookupAll = lookup,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const allowed = found.filter(({ address }) =>
        isAddressKindAllowed(addressKind(address), allowedAddresses),
      )
      const [first] = allowed
      if (first === undefined) {
        return callback(
          new UnsafeAddressError('its name resolves to an address to which this server may not send clients'),
          [],
        )
      }
      if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}

/**
 * Creates the option `lookup` for sockets that are opened at the same time: lookups of one name that overlap are one, since
 * a name server that does not respond would otherwise be asked once for each socket.
 *
 * @param resolve the actual lookup; `dns.lookup` by default
 */
export function sharedLookup(resolve: LookupFunction = lookup as LookupFunction): LookupFunction {
  const waiting = new Map<string, Parameters<LookupFunction>[2][]>()
  return (hostname, options, callback) => {
    const key = JSON.stringify([hostname, options])
    const callbacks = waiting.get(key)
    if (callbacks !== undefined) {
      callbacks.push(callback)
      return
    }
    const all = [callback]
    waiting.set(key, all)
    resolve(hostname, options, (...found) => {
      waiting.delete(key)
      for (const each of all) each(...found)
    })
  }
}
