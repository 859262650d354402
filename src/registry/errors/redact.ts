import type { Credential } from '../../credentials/keychain.ts'

/**
 * The part of a URL that may be printed: scheme, host and port, or the scheme alone if there is no host. Paths and
 * queries may hold secrets (object stores sign URLs), and parsers disagree about malformed user information.
 */
export function redactUrl(url: URL): string {
  return url.origin === 'null' ? `${url.protocol}${url.host === '' ? '' : `//${url.host}`}` : url.origin
}

/** The last character of a text that `sanitize` has shortened. */
export const ELLIPSIS = '…'

/**
 * Makes text from a server safe to print: without escape sequences of terminals; control characters, line ends and
 * invisible characters become a space, and several spaces one; trimmed and shortened. It does not remove secrets.
 *
 * @param length the maximum length in UTF-16 units; a longer text is cut to it, and `ELLIPSIS` is added
 */
export function sanitize(text: string, length = 300): string {
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return plain.length > length ? `${plain.slice(0, length)}${ELLIPSIS}` : plain
}

/** Shorter secrets would match in any text. */
const MIN_SECRET_LENGTH = 4

const REDACTED = 'REDACTED'

/**
 * Removes secrets from messages. Pinpull prints the errors of servers, and some servers repeat the request's credentials
 * in them.
 */
export class SecretRedactor {
  readonly #secrets = new Set<string>()
  /**
   * Values that may be secrets: some clouds use a key as the user name, and some headers hold one. Other user names
   * and headers are ordinary words.
   */
  readonly #quoted = new Set<string>()

  /**
   * Adds the secret of a credential in all encodings (Base64, percent, JSON), and its user name for texts of servers.
   * An anonymous credential adds nothing; forms of fewer than four characters are ignored.
   */
  addCredential(credential: Credential): void {
    if (credential.kind === 'anonymous') return
    const [username, secret] =
      credential.kind === 'basic' ? [credential.username, credential.password] : ['', credential.token]
    for (const form of [secret, ...percentEncodings(secret), JSON.stringify(secret).slice(1, -1)])
      this.addSecret(form)
    for (const text of [secret, `${username}:${secret}`]) {
      const bytes = Buffer.from(text)
      // Without padding, since the text is then found with and without it.
      this.addSecret(bytes.toString('base64').replace(/=+$/, ''))
      this.addSecret(bytes.toString('base64url'))
    }
    this.#addQuoted(username)
  }

  /** Adds one secret as it is. A secret of fewer than four characters is ignored, since it would match in any text. */
  addSecret(secret: string): void {
    if (secret.length >= MIN_SECRET_LENGTH) this.#secrets.add(secret)
  }

  /**
   * Adds the values of headers from a `hosts.toml`, and each word in them, to be redacted in texts of servers: a value
   * may be a key, alone or after a word such as Bearer. Fewer than four characters are ignored.
   */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    for (const value of Object.values(headers)) {
      this.#addQuoted(value)
      for (const word of value.split(/[\s,]+/)) this.#addQuoted(word)
    }
  }

  #addQuoted(text: string): void {
    if (text.length >= MIN_SECRET_LENGTH) this.#quoted.add(text)
  }

  /**
   * Replaces every secret in a text by `REDACTED`. User names and header values are replaced only in text from a
   * server, since in Pinpull's own text such a word may be part of a repository's name. If text from a server ends in
   * `ELLIPSIS`, the first four or more characters of a secret right before that are replaced, too.
   *
   * @param isQuoted whether the text comes from a server
   */
  redact(text: string, isQuoted: boolean): string {
    const secrets = [...this.#secrets, ...(isQuoted ? this.#quoted : [])]
    // Longer secrets first, since one may contain another.
    secrets.sort((one, other) => other.length - one.length)
    let clean = text
    for (const secret of secrets) clean = clean.replaceAll(secret, REDACTED)
    return isQuoted && clean.endsWith(ELLIPSIS) ? redactCutSecret(clean, secrets) : clean
  }
}

/**
 * A secret as it is encoded in URLs and forms (WHATWG URL, application/x-www-form-urlencoded), with hexadecimal
 * digits in either case.
 */
function percentEncodings(secret: string): string[] {
  const strict = encodeURIComponent(secret).replace(/[!'()*~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
  const form = new URLSearchParams({ '': secret }).toString().slice(1)
  const tilde = form.replaceAll('%7E', '~')
  const upper = [encodeURIComponent(secret), strict, strict.replaceAll('%7E', '~'), form, tilde]
  return [...upper, ...upper.map((text) => text.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()))]
}

/** Removes the beginning of a secret at the end of a shortened quotation. */
function redactCutSecret(text: string, secrets: readonly string[]): string {
  const body = text.slice(0, -ELLIPSIS.length)
  const lengths = secrets.map((secret) => {
    for (let length = Math.min(secret.length, body.length); length > 0; length--) {
      if (body.endsWith(secret.slice(0, length))) return length
    }
    return 0
  })
  const longest = Math.max(0, ...lengths)
  return longest < MIN_SECRET_LENGTH ? text : `${body.slice(0, -longest)}${REDACTED}${ELLIPSIS}`
}
