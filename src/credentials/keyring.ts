import { DOCKER_HUB } from '../reference/normalize.ts'

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
 * Whether a key of a pull secret, or an entry of a credential provider's `matchImages`, fits an image: the same port,
 * as many labels in the host and each of them matching as a glob, and the key's path being a beginning of the image's.
 * That is a beginning as text: `example.com/pong` fits `example.com/pongz` (keyring.go, `URLsMatch`).
 *
 * @param image domain and path, without tag and digest
 */
export function matchesImage(key: string, image: string): boolean {
  const wanted = split(key)
  const given = split(image)
  if (wanted.port !== given.port || wanted.labels.length !== given.labels.length) return false
  if (!given.path.startsWith(wanted.path)) return false
  return wanted.labels.every((label, position) => matchesGlob(label, given.labels[position] ?? ''))
}

/** Whether an image without a match may use what is stored for Docker Hub. */
export function isOnDefaultRegistry(image: string): boolean {
  const host = image.split('/', 1)[0] ?? ''
  return host === DOCKER_HUB.domain || host === 'index.docker.io' || !/[.:]/.test(host)
}

/** The key under which Docker Hub's credentials lie, after `normalizeKeyringKey`. */
export const DEFAULT_REGISTRY_KEY = 'index.docker.io'

function split(text: string): {
  readonly labels: readonly string[]
  readonly port: string
  readonly path: string
} {
  const slash = text.indexOf('/')
  const [host, path] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash)]
  const colon = host.lastIndexOf(':')
  const [name, port] = colon < 0 ? [host, ''] : [host.slice(0, colon), host.slice(colon + 1)]
  return { labels: name.split('.'), port, path }
}

/** Go's `filepath.Match` for one label: `*`, `?`, `[a-z]`, `[^a-z]` and backslash. A broken pattern fits nothing. */
function matchesGlob(glob: string, text: string): boolean {
  if (!/[*?[\\]/.test(glob)) return glob === text
  let pattern = ''
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] as string
    const list = char === '[' ? /^\[(\^?)((?:\\.|[^\]\\])+)\]/.exec(glob.slice(at)) : null
    if (char === '*') pattern += '[^/]*'
    else if (char === '?') pattern += '[^/]'
    else if (char === '\\' && at + 1 < glob.length) pattern += literal(glob[++at] as string)
    else if (list !== null) {
      pattern += `[${list[1]}${(list[2] as string).replace(/[[\]^]/g, '\\$&')}]`
      at += list[0].length - 1
    } else if (char === '[' || char === '\\') return false
    else pattern += literal(char)
  }
  try {
    return new RegExp(`^${pattern}$`).test(text)
  } catch {
    return false
  }
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&')
}
