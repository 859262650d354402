/** The port of a URL: the one that is written, or else the default of its scheme. */
export function effectivePort(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

/** The host of a URL as sockets take it: without port, and an IPv6 address without its brackets. */
export function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** The parts that a URL may have besides scheme, host and port. */
export interface UrlParts {
  readonly path?: boolean
  /** A name and password before the host. */
  readonly user?: boolean
}

/** Why a text is not the URL of a server. It never quotes the text, which may contain a password. */
export type InvalidUrlReason =
  | 'it is not a URL'
  | 'it is not an http or https URL'
  | 'it contains a user name or password'
  | 'it has a path'
  | 'it has a query or fragment after the path'

/** A parsed URL of a server. */
export interface ServerUrl {
  readonly kind: 'url'
  /** Without user information. */
  readonly url: URL
  /** The decoded user information. */
  readonly user?: { readonly name: string; readonly password: string }
}

export interface InvalidUrl {
  readonly kind: 'invalid'
  readonly reason: InvalidUrlReason
}

/** The `@` after user information, but not the one before a digest. */
const USER_SIGN = /@(?!sha\d+:)|%40/gi

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i

/**
 * Parses the URL of a server from the configuration: a mirror, a proxy, a registry. A URL that parsers could split
 * differently is invalid, since one parser's path can be another's password:
 * `http://corp\ann:pw@proxy`, `http://ann:p/w@proxy`, `http://ann:p?w@proxy`.
 *
 * @param text the original text
 * @param parts the optional parts that are allowed
 */
export function parseServerUrl(text: string, parts: UrlParts = {}): ServerUrl | InvalidUrl {
  const [, scheme = '', authority = '', path = '', query, fragment] = PARTS.exec(text) ?? []
  // Characters that some URL parsers ignore, treat as a slash, or reject.
  if (/[\p{Cc}\p{Cf}\p{Z}\\]/u.test(text))
    return invalidUrl(mayHoldUserInfo(text) && !parts.user ? USER : 'it is not a URL')
  if (scheme === '') return invalidUrl('it is not a URL')
  if (!/^https?$/i.test(scheme)) return invalidUrl('it is not an http or https URL')
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (host === '') return invalidUrl(at >= 0 && parts.user !== true ? USER : 'it is not a URL')
  if (at >= 0 && parts.user !== true) return invalidUrl(USER)
  if (mayHoldUserInfo(`${path}${query ?? ''}${fragment ?? ''}`)) {
    return invalidUrl(parts.user === true ? 'it is not a URL' : USER)
  }
  if (query !== undefined || fragment !== undefined)
    return invalidUrl('it has a query or fragment after the path')
  if (path.replace(/^\/$/, '') !== '' && parts.path !== true) return invalidUrl('it has a path')
  const url = host.includes('%') ? null : URL.parse(`${scheme}://${host}${path}`)
  if (url === null) return invalidUrl('it is not a URL')
  if (at < 0) return { kind: 'url', url }
  const user = parseUserInfo(authority.slice(0, at))
  return user === undefined ? invalidUrl('it is not a URL') : { kind: 'url', url, user }
}

/**
 * Parses a URL from a server: the target of a redirect, or a token server. It may be relative, and may have any path and
 * query.
 *
 * @param from the URL of the request, for relative URLs
 * @returns undefined if it is invalid, or parsers could split it differently
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
 * Makes a value that should be a URL or host name safe to quote: removes everything that any parser could read as user
 * information, including spaces.
 */
export function redactThroughUserInfo(text: string): string {
  const at = [...text.matchAll(USER_SIGN)].at(-1)
  return at === undefined ? text : `…@${text.slice(at.index + at[0].length)}`
}

/**
 * Removes user information, queries and fragments from URLs in a text, since they may contain secrets. Image names are
 * unchanged.
 */
export function redactUrls(text: string): string {
  if (!text.includes(':')) return text
  return text.replace(/[^\s'"]+/g, (word) => withoutQuery(withoutUser(word)))
}

/** Removes the user information of the first URL in a word. */
function withoutUser(word: string): string {
  const start = urlStart(word, /:[\\/]/g)
  if (start === undefined) return word
  const at = [...word.slice(start).matchAll(USER_SIGN)].at(-1)
  return at === undefined ? word : `${word.slice(0, start)}…@${word.slice(start + at.index + at[0].length)}`
}

/** Removes query and fragment of the first URL in a word. */
function withoutQuery(word: string): string {
  const start = urlStart(word, /:\/\//g)
  if (start === undefined) return word
  const length = word.slice(start).search(/[?#]./)
  return length === -1 ? word : `${word.slice(0, start + length + 1)}…`
}

/**
 * Returns the start of the first URL in a word. It is searched backwards from the colon, since a regular expression would
 * take quadratic time for a long word.
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
 * Makes a word of a command line or a line of output safe to quote: removes everything that may be user information, also
 * of malformed URLs.
 */
export function redactUserInfo(text: string): string {
  return redactUrls(text).replace(/[^\s'"=]*:[^\s'"]*(?:@|%40)(?!sha\d)/gi, '…@')
}

const USER = 'it contains a user name or password'

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
