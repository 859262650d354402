import { DOCKER_HUB } from '../reference/docker-hub.ts'
import { compileGlob } from '../reference/pattern.ts'

/**
 * Sorts keys in the kubelet's order: reverse lexical, so that a longer path comes before its prefix, and a name before
 * `*` (kubernetes `pkg/credentialprovider/keyring.go`, `BasicDockerKeyring.Add`).
 */
export function orderKeys<T extends { readonly key: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((one, other) => (one.key < other.key ? 1 : one.key > other.key ? -1 : 0))
}

/**
 * Returns a key as the kubelet stores it: without scheme and without the API version at the start of its path. Returns
 * undefined if it is not a URL; the kubelet ignores such a key.
 */
export function normalizeKeyringKey(key: string): string | undefined {
  const match = /^(?:https?:\/\/)?([^/?#]+)([^?#]*)/.exec(key)
  if (match === null) return undefined
  const [, host = '', path = ''] = match
  const effective = /^\/v[12]\//.test(path) ? path.slice(3) : path
  return effective === '' || effective === '/' ? host : `${host}${effective}`
}

/**
 * Finds the entries for an image, in the order in which the kubelet tries them. If none matches an image of Docker Hub,
 * the entries for Docker Hub are returned.
 *
 * @param entries with unchanged keys; keys that are not URLs are ignored
 * @param image domain and path, without tag and digest
 */
export function lookUpKeyring<T extends { readonly key: string }>(entries: readonly T[], image: string): T[] {
  const usable = entries.flatMap((entry) => {
    const key = normalizeKeyringKey(entry.key)
    return key === undefined ? [] : [{ key, entry }]
  })
  const fitting = orderKeys(usable).filter(({ key }) => matchesImage(key, image))
  const chosen =
    fitting.length > 0 || !isOnDefaultRegistry(image)
      ? fitting
      : usable.filter(({ key }) => key === DEFAULT_REGISTRY_KEY)
  return chosen.map(({ entry }) => entry)
}

/**
 * Whether a key of a pull secret, or an entry of a credential provider's `matchImages`, matches an image: the ports are
 * equal, the hosts have the same number of labels, each label matches as a glob, and the key's path is a prefix of the
 * image's. The prefix is textual: `example.com/pong` matches `example.com/pongz` (keyring.go, `URLsMatch`).
 *
 * @param image domain and path, without tag and digest
 */
export function matchesImage(key: string, image: string): boolean {
  const wanted = split(key)
  const given = split(image)
  if (wanted === undefined || given === undefined) return false
  if (wanted.port !== given.port || wanted.labels.length !== given.labels.length) return false
  if (!given.path.startsWith(wanted.path)) return false
  return wanted.labels.every((label, position) => matchesGlob(label, given.labels[position] ?? ''))
}

/** Whether an image without a match may use the credentials for Docker Hub. */
function isOnDefaultRegistry(image: string): boolean {
  const host = image.split('/', 1)[0] ?? ''
  return host === DOCKER_HUB.domain || host === 'index.docker.io' || !/[.:]/.test(host)
}

/** The key of Docker Hub's credentials, after `normalizeKeyringKey`. */
const DEFAULT_REGISTRY_KEY = 'index.docker.io'

interface Split {
  readonly labels: readonly string[]
  readonly port: string
  readonly path: string
}

/** Splits a URL without scheme as Go's net/url does. Returns undefined if Go rejects it. */
function split(text: string): Split | undefined {
  const [, authority = '', rawPath = ''] = /^([^/?#]*)([^?#]*)/.exec(text) ?? []
  const path = unescaped(rawPath)
  const at = authority.lastIndexOf('@')
  const match = HOST.exec(authority.slice(at + 1))
  const isUserValid = at < 0 || /^(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})*$/i.test(authority.slice(0, at))
  if (path === undefined || match === null || !isUserValid) return undefined
  const [, address, name = '', port] = match
  // Brackets are only removed together with a port (net.SplitHostPort).
  const host = address === undefined ? name : port === undefined ? `[${address}]` : address
  return { labels: host.split('.'), port: port ?? '', path }
}

/** An address in brackets or a name, and an optional port; the characters are those that net/url allows in hosts. */
const HOST = /^(?:\[([\da-f]*:[\da-f:.]*)\]|([\w.~!$&'()*+,;=<>"\u0080-\uffff-]*))(?::(\d*))?$/i

function unescaped(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Go's `filepath.Match` for a label of a host. A URL can only have `*` and brackets there, and no address matches brackets. */
function matchesGlob(glob: string, text: string): boolean {
  return !glob.includes('[') && compileGlob(glob).matches(text)
}
