/** The port of a URL: the one that is written, or else the default of its scheme. */
export function effectivePort(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

/** The host of a URL as sockets take it: without port, and an IPv6 address without its brackets. */
export function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** Which parts a URL may have beside scheme, host and port. */
export interface UrlParts {
  readonly path?: boolean
  /** A name and password before the host. */
  readonly user?: boolean
}

/** Why a text is not the URL of a server. It never quotes the text, which may hold a password. */
export type InvalidUrlReason =
  | 'it is no URL'
  | 'it is not an http or https URL'
  | 'it holds a user name or password'
  | 'it has a path'
  | 'it has a query or fragment after the path'

/** The URL of a server, taken apart. */
export interface ServerUrl {
  readonly kind: 'url'
  /** Without user information. */
  readonly url: URL
  /** What stood before the host, decoded. */
  readonly user?: { readonly name: string; readonly password: string }
}

export interface InvalidUrl {
  readonly kind: 'invalid'
  readonly reason: InvalidUrlReason
}

/** Characters that readers of URLs pass over, take for a slash, or stumble over. */
const AMBIGUOUS = /[\p{Cc}\p{Cf}\p{Z}\\]/u

/** What ends the user information of a URL, and not a digest's `@`. */
const USER_SIGN = /@(?!sha\d+:)|%40/gi

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i

/**
 * Reads the URL of a server that a person has written: a mirror, a proxy, a registry in a file. What two readers of URLs
 * could take apart differently is refused, since the part that one takes for a path another takes for a password:
 * `http://corp\ann:pw@proxy`, `http://ann:p/w@proxy`, `http://ann:p?w@proxy`.
 *
 * @param text as it was written
 * @param parts what it may have
 */
export function parseServerUrl(text: string, parts: UrlParts = {}): ServerUrl | InvalidUrl {
  const [, scheme = '', authority = '', path = '', query, fragment] = PARTS.exec(text) ?? []
  if (AMBIGUOUS.test(text)) return invalidUrl(mayHoldUserInfo(text) && !parts.user ? USER : 'it is no URL')
  if (scheme === '') return invalidUrl('it is no URL')
  if (!/^https?$/i.test(scheme)) return invalidUrl('it is not an http or https URL')
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (host === '') return invalidUrl(at >= 0 && parts.user !== true ? USER : 'it is no URL')
  if (at >= 0 && parts.user !== true) return invalidUrl(USER)
  if (mayHoldUserInfo(`${path}${query ?? ''}${fragment ?? ''}`)) {
    return invalidUrl(parts.user === true ? 'it is no URL' : USER)
  }
  if (query !== undefined || fragment !== undefined)
    return invalidUrl('it has a query or fragment after the path')
  if (path.replace(/^\/$/, '') !== '' && parts.path !== true) return invalidUrl('it has a path')
  const url = host.includes('%') ? null : URL.parse(`${scheme}://${host}${path}`)
  if (url === null) return invalidUrl('it is no URL')
  if (at < 0) return { kind: 'url', url }
  const user = parseUserInfo(authority.slice(0, at))
  return user === undefined ? invalidUrl('it is no URL') : { kind: 'url', url, user }
}

/**
 * Reads a URL that a server has sent: where it redirects to, or where its tokens are. It may be relative. What lies after
 * the host is the server's business.
 *
 * @param from the URL that was asked
 * @returns undefined where it is no URL, or one that readers could take apart differently
 */
export function parseReceivedUrl(text: string, from: URL): URL | undefined {
  const trimmed = text.trim()
  if (/[\p{Cc}\p{Cf}\\]/u.test(trimmed)) return undefined
  const [, , authority = ''] = PARTS.exec(trimmed) ?? /^()()\/\/([^/?#]*)/.exec(trimmed) ?? []
  // `https:host` and `https:///host` are a URL for some readers and a path for others.
  if (/^https?:/i.test(trimmed) && authority === '') return undefined
  if (authority.slice(authority.lastIndexOf('@') + 1).includes('%')) return undefined
  return URL.parse(trimmed, from.href) ?? undefined
}

/**
 * A value that should be a URL or the name of a host, fit to be quoted: everything is left out that any reader could take
 * for user information, spaces included.
 */
export function redactThroughUserInfo(text: string): string {
  const at = [...text.matchAll(USER_SIGN)].at(-1)
  return at === undefined ? text : `…@${text.slice(at.index + at[0].length)}`
}

/**
 * A text in which URLs have lost everything before their host, and everything behind their path: both are places for
 * secrets. It leaves names of images as they are.
 */
export function redactUrls(text: string): string {
  if (!text.includes(':')) return text
  return text.replace(/[^\s'"]+/g, (word) => withoutQuery(withoutUser(word)))
}

/** A word without what stands before the host of the first URL in it. */
function withoutUser(word: string): string {
  const start = urlStart(word, /:[\\/]/g)
  if (start === undefined) return word
  const at = [...word.slice(start).matchAll(USER_SIGN)].at(-1)
  return at === undefined ? word : `${word.slice(0, start)}…@${word.slice(start + at.index + at[0].length)}`
}

/** A word without what stands behind the path of the first URL in it. */
function withoutQuery(word: string): string {
  const start = urlStart(word, /:\/\//g)
  if (start === undefined) return word
  const length = word.slice(start).search(/[?#]./)
  return length === -1 ? word : `${word.slice(0, start + length + 1)}…`
}

/**
 * Where the scheme of the first URL in a word begins. It is looked for backwards from its colon: an expression that begins with
 * it would try every letter of a long word, and then all that follows.
 */
function urlStart(word: string, colons: RegExp): number | undefined {
  for (const { index } of word.matchAll(colons)) {
    let first: number | undefined
    for (let at = index - 1; at >= 0 && /[a-z0-9+.-]/i.test(word[at] as string); at -= 1) {
      if (/[a-z]/i.test(word[at] as string)) first = at
    }
    if (first !== undefined) return first
  }
  return undefined
}

/**
 * A word of a command line or a line of a program, fit to be quoted: what may be the user information of a URL, however
 * badly written, is left out.
 */
export function redactUserInfo(text: string): string {
  return redactUrls(text).replace(/[^\s'"=]*:[^\s'"]*(?:@|%40)(?!sha\d)/gi, '…@')
}

const USER = 'it holds a user name or password'

function mayHoldUserInfo(text: string): boolean {
  return /@|%40/i.test(text)
}

function parseUserInfo(text: string): { name: string; password: string } | undefined {
  const [, name = '', password = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  try {
    return { name: decodeURIComponent(name), password: decodeURIComponent(password) }
  } catch {
    return undefined
  }
}

function invalidUrl(reason: InvalidUrlReason): InvalidUrl {
  return { kind: 'invalid', reason }
}
