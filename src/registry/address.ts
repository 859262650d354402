import { BlockList, isIP } from 'node:net'

const LOOPBACK = networks([
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
])

/** Networks that nothing public lies in (RFC 6890 and its successors): private, link-local, shared, unspecified. */
const PRIVATE = networks([
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
])

/** Whether a host name (of a URL, without port) is this machine: `localhost`, `*.localhost`, 127/8 and ::1. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bare(hostname)
  return host === 'localhost' || host.endsWith('.localhost') || inList(LOOPBACK, host)
}

/** Whether a host name is written as an address that only means something inside a network, or is this machine. */
export function isPrivateHost(hostname: string): boolean {
  return isLoopbackHost(hostname) || inList(PRIVATE, bare(hostname))
}

function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}

function inList(list: () => BlockList, host: string): boolean {
  const version = isIP(host)
  return version !== 0 && list().check(host, version === 4 ? 'ipv4' : 'ipv6')
}

/** A list that is made when it is first looked into: registries are seldom named by address. */
function networks(ranges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): () => BlockList {
  let made: BlockList | undefined
  return () => {
    if (made !== undefined) return made
    made = new BlockList()
    for (const [network, prefix, family] of ranges) made.addSubnet(network, prefix, family)
    return made
  }
}
