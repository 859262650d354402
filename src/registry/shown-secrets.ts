import type { Credential } from '../credentials/credential.ts'
import { basicAuthorization } from './basic.ts'

/** A secret of a few characters would be found in every text. */
const SHORTEST = 4

/** What was shown to servers in one run. Some send it back in their errors, which are printed. */
export class ShownSecrets {
  readonly #secrets = new Set<string>()

  /** Remembers a credential in every form in which a server sees it. */
  addCredential(credential: Credential): void {
    if (credential.kind === 'anonymous') return
    const [username, secret] =
      credential.kind === 'basic' ? [credential.username, credential.password] : ['', credential.token]
    this.add(secret)
    this.add(encodeURIComponent(secret))
    this.add(basicAuthorization(username, secret).slice('Basic '.length))
  }

  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#secrets.add(secret)
  }

  /** The text with every secret taken out. */
  scrub(text: string): string {
    let clean = text
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, 'REDACTED')
    return clean
  }
}
