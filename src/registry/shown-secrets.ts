import type { Credential } from '../credentials/credential.ts'
import { basicAuthorization } from './basic.ts'

/** A secret of a few characters would be found in every text. */
const SHORTEST = 4

/** What was shown to servers in one run. Some send it back in their errors, which are printed. */
export class ShownSecrets {
  readonly #secrets = new Set<string>()
  /** Names are no secret, except where they are: some clouds have a key for one. */
  readonly #names = new Set<string>()

  /** Remembers a credential in every form in which a server sees it. */
  addCredential(credential: Credential): void {
    if (credential.kind === 'anonymous') return
    const [username, secret] =
      credential.kind === 'basic' ? [credential.username, credential.password] : ['', credential.token]
    this.add(secret)
    this.add(encodeURIComponent(secret))
    this.add(Buffer.from(secret).toString('base64'))
    this.add(basicAuthorization(username, secret).slice('Basic '.length))
    if (username.length >= SHORTEST) this.#names.add(username)
  }

  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#secrets.add(secret)
  }

  /**
   * The text with every secret taken out, and with every user name where a server has said it: in a text of our own, a name
   * may be the name of a repository, too.
   */
  scrub(text: string, isQuoted: boolean): string {
    let clean = text
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, 'REDACTED')
    if (isQuoted) for (const name of this.#names) clean = clean.replaceAll(name, 'REDACTED')
    return clean
  }
}
