import { type AuthFile, credentialOf, findAuth, findHelper, normalizeHost } from './auth-file.ts'
import type { Credential } from './credential.ts'
import { askHelper } from './helper.ts'
import type { Keychain } from './keychain.ts'
import type { Run } from './process.ts'

/** What a file of credentials is read with. */
export interface FileKeychainOptions {
  readonly run: Run
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * A keychain over one file. A helper that is named for a registry answers for it alone: what stands in plain
 * text beside it is not used (docker/cli, `native_store.go`).
 *
 * @param load reads the file, once and only when something is asked; undefined where there is none
 */
export function fileKeychain(
  place: string,
  load: (signal: AbortSignal | undefined) => Promise<AuthFile | undefined>,
  options: FileKeychainOptions,
): Keychain {
  let loaded: Promise<AuthFile | undefined> | undefined
  const answers = new Map<string, Promise<Credential | undefined>>()
  const remarks = new Set<string>()

  const ask = (
    helper: string,
    host: string,
    file: string,
    signal: AbortSignal | undefined,
  ): Promise<Credential | undefined> => {
    const key = `${helper} ${normalizeHost(host)}`
    const onRemark = (remark: string): void => {
      remarks.add(`docker-credential-${helper}: ${remark}`)
    }
    const asked = answers.get(key) ?? askHelper(helper, host, { ...options, file, onRemark, signal })
    answers.set(key, asked)
    return asked
  }

  return {
    get places() {
      return [remarks.size === 0 ? place : `${place}, where ${[...remarks].join('; ')}`]
    },
    async *resolve(host, repository, signal) {
      loaded ??= load(signal)
      const file = await loaded
      if (file === undefined) return
      const helper = findHelper(file, host)
      if (helper !== undefined) {
        const credential = await ask(helper, host, file.file, signal)
        if (credential !== undefined) yield credential
        return
      }
      const found = findAuth(file, host, repository)
      if (found !== undefined) yield credentialOf(found.entry, file.file, found.key)
    },
  }
}
