import type { Credential, Keychain } from '../../src/credentials/keychain.ts'

/** A keychain from a table of credentials by host. */
export function fixedKeychain(byHost: Readonly<Record<string, readonly Credential[]>>): Keychain & {
  /** The lookups, as `host repository`. */
  readonly asked: readonly string[]
} {
  const asked: string[] = []
  return {
    asked,
    searched: ['the test'],
    async *resolve(host, repository) {
      asked.push(`${host} ${repository}`)
      yield* byHost[host] ?? []
    },
  }
}

/** A credential with a user name and password. */
export function basic(username: string, password: string, source = 'test'): Credential {
  return { kind: 'basic', username, password, source }
}
