import type { Credential } from '../../credentials/keychain.ts'

/**
 * What of a URL is printed: scheme, host and port. A path may hold a secret as well as a query (object stores sign both),
 * and only some readers see user information where it is badly written. Of a URL that has no host, it is the scheme.
 */
export function redactUrl(url: URL): string {
  return url.origin === 'null' ? `${url.protocol}${url.host === '' ? '' : `//${url.host}`}` : url.origin
}

/** What stands at the end of a quotation that was cut off. */
export const ELLIPSIS = '…'

/**
 * Text that a server sent, fit to be printed: on one line, without control characters (which could drive a
 * terminal), and bounded.
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

/** A secret of a few characters would be found in every text. */
const MIN_SECRET_LENGTH = 4

const REDACTED = 'REDACTED'

/** What was shown to servers in one run. Some send it back in their errors, which are printed. */
export class SecretRedactor {
  readonly #secrets = new Set<string>()
  /**
   * What is a secret only perhaps. Some clouds have a key for a user name, and some headers hold one; other names and headers are
   * ordinary words.
   */
  readonly #quoted = new Set<string>()

  /** Remembers a credential in every form in which a server sees it. */
  addCredential(credential: Credential): void {
    if (credential.kind === 'anonymous') return
    const [username, secret] =
      credential.kind === 'basic' ? [credential.username, credential.password] : ['', credential.token]
    for (const form of [secret, ...percentEncodings(secret), JSON.stringify(secret).slice(1, -1)])
      this.addSecret(form)
    for (const text of [secret, `${username}:${secret}`]) {
      const bytes = Buffer.from(text)
      // The padding is left out: a text without it is found so, and one with it as well.
      this.addSecret(bytes.toString('base64').replace(/=+$/, ''))
      this.addSecret(bytes.toString('base64url'))
    }
    this.#addQuoted(username)
  }

  addSecret(secret: string): void {
    if (secret.length >= MIN_SECRET_LENGTH) this.#secrets.add(secret)
  }

  /** Remembers the values of headers that a file has for a server: a value may be a key, alone or after a word such as Bearer. */
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
   * The text with every secret taken out, and with every user name and header where a server has said it: in a text of our own,
   * such a word may be the name of a repository, too.
   */
  redact(text: string, isQuoted: boolean): string {
    const secrets = [...this.#secrets, ...(isQuoted ? this.#quoted : [])]
    // Of two that overlap, the longer one is looked for first.
    secrets.sort((one, other) => other.length - one.length)
    let clean = text
    for (const secret of secrets) clean = clean.replaceAll(secret, REDACTED)
    return isQuoted && clean.endsWith(ELLIPSIS) ? redactCutSecret(clean, secrets) : clean
  }
}

/** A secret as it stands in a URL or a form (WHATWG URL, application/x-www-form-urlencoded), in digits of either case. */
function percentEncodings(secret: string): string[] {
  const strict = encodeURIComponent(secret).replace(/[!'()*~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
  const form = new URLSearchParams({ '': secret }).toString().slice(1)
  const tilde = form.replaceAll('%7E', '~')
  const upper = [encodeURIComponent(secret), strict, strict.replaceAll('%7E', '~'), form, tilde]
  return [...upper, ...upper.map((text) => text.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()))]
}

/** A quotation that was cut off within a secret, without the part of it that is left. */
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
