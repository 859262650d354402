import { DOCKER_HUB } from '../reference/docker-hub.ts'

/**
 * Orders keys as the kubelet tries them: reverse lexical, so that a longer path comes before a shorter one with the
 * same beginning, and a name before a `*` (kubernetes `pkg/credentialprovider/keyring.go`, `BasicDockerKeyring.Add`).
 */
export function orderKeys<T extends { readonly key: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((one, other) => (one.key < other.key ? 1 : one.key > other.key ? -1 : 0))
}

/**
 * A key as the kubelet stores it: without a scheme, and without docker's API version at the beginning of its path.
 * Undefined where it is no URL, so that it is passed over.
 */
export function normalizeKeyringKey(key: string): string | undefined {
  const match = /^(?:https?:\/\/)?([^/?#]+)([^?#]*)/.exec(key)
  if (match === null) return undefined
  const [, host = '', path = ''] = match
  const effective = /^\/v[12]\//.test(path) ? path.slice(3) : path
  return effective === '' || effective === '/' ? host : `${host}${effective}`
}

/**
 * What a keyring holds for an image: all that fits, in the order in which a kubelet tries it; for an image of Docker Hub
 * that nothing fits, what is stored for Docker Hub.
 *
 * @param entries with their keys as they were written; one that is no URL is passed over
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
 * Whether a key of a pull secret, or an entry of a credential provider's `matchImages`, fits an image: the same port,
 * as many labels in the host and each of them matching as a glob, and the key's path being a beginning of the image's.
 * That is a beginning as text: `example.com/pong` fits `example.com/pongz` (keyring.go, `URLsMatch`).
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

/** Whether an image without a match may use what is stored for Docker Hub. */
function isOnDefaultRegistry(image: string): boolean {
  const host = image.split('/', 1)[0] ?? ''
  return host === DOCKER_HUB.domain || host === 'index.docker.io' || !/[.:]/.test(host)
}

/** The key under which Docker Hub's credentials lie, after `normalizeKeyringKey`. */
const DEFAULT_REGISTRY_KEY = 'index.docker.io'

interface Split {
  readonly labels: readonly string[]
  readonly port: string
  readonly path: string
}

/** A URL without its scheme, as Go's net/url takes it apart; undefined where it refuses it. */
function split(text: string): Split | undefined {
  const [, authority = '', rawPath = ''] = /^([^/?#]*)([^?#]*)/.exec(text) ?? []
  const path = unescaped(rawPath)
  const at = authority.lastIndexOf('@')
  const match = HOST.exec(authority.slice(at + 1))
  const isUserValid = at < 0 || /^(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})*$/i.test(authority.slice(0, at))
  if (path === undefined || match === null || !isUserValid) return undefined
  const [, address, name = '', port] = match
  // Brackets are taken away along with a port (net.SplitHostPort).
  const host = address === undefined ? name : port === undefined ? `[${address}]` : address
  return { labels: host.split('.'), port: port ?? '', path }
}

/** An address in brackets or a name, and perhaps a port; the name has what net/url allows in hosts. */
const HOST = /^(?:\[([\da-f]*:[\da-f:.]*)\]|([\w.~!$&'()*+,;=<>"\u0080-\uffff-]*))(?::(\d*))?$/i

function unescaped(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Go's `filepath.Match` for a label of a host: of its signs only `*` can stand in a URL, and brackets, whose meaning no address fits. */
function matchesGlob(glob: string, text: string): boolean {
  if (glob.includes('[')) return false
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
