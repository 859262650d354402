import { posix } from 'node:path'
import { PinpullError } from '../diagnostics/errors.ts'
import { normalizeHost, parseAuthFile } from './auth-file.ts'
import { ANONYMOUS } from './credential.ts'
import { fileKeychain } from './file-keychain.ts'
import { askHelper } from './helper.ts'
import type { Keychain } from './keychain.ts'
import type { Run } from './process.ts'

/** Where the credential for one registry comes from, as the config says it. */
export interface CredentialRule {
  /** `registry.example.com:5000`; `*` for every registry without a rule of its own. */
  readonly host: string
  readonly credentials?: {
    readonly source: 'docker' | 'helper' | 'environment' | 'anonymous'
    /** For `docker`: relative to the config's folder. */
    readonly file?: string
    readonly helper?: string
    readonly usernameVariable?: string
    readonly passwordVariable?: string
  }
}

export interface RuleKeychainOptions {
  readonly rules: readonly CredentialRule[]
  /** What the rules stand in, for messages. */
  readonly file: string
  /** The folder that files are relative to. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => Promise<string | undefined>
  readonly run: Run
  /** Asked for every registry that no rule is about. */
  readonly otherwise: Keychain
}

/** A keychain in which a registry's rule, where there is one, takes the place of the usual search. */
export function ruleKeychain(options: RuleKeychainOptions): Keychain {
  const { rules, otherwise } = options
  const byRule = new Map<CredentialRule, Keychain>()
  return {
    get places() {
      return otherwise.places
    },
    async *resolve(host, repository) {
      const rule = ruleFor(rules, host)
      if (rule?.credentials === undefined) {
        yield* otherwise.resolve(host, repository)
        return
      }
      const keychain = byRule.get(rule) ?? keychainOf(rule.credentials, options)
      byRule.set(rule, keychain)
      yield* keychain.resolve(host, repository)
    },
  }
}

function ruleFor(rules: readonly CredentialRule[], host: string): CredentialRule | undefined {
  const wanted = normalizeHost(host)
  return rules.find((rule) => normalizeHost(rule.host) === wanted) ?? rules.find((rule) => rule.host === '*')
}

function keychainOf(
  rule: NonNullable<CredentialRule['credentials']>,
  options: RuleKeychainOptions,
): Keychain {
  const { env, run, readFile, file, folder } = options
  switch (rule.source) {
    case 'anonymous':
      return {
        places: [],
        async *resolve() {
          yield ANONYMOUS
        },
      }
    case 'environment': {
      const names = [rule.usernameVariable ?? '', rule.passwordVariable ?? ''] as const
      return {
        places: [names.join(' and ')],
        async *resolve() {
          const [username, password] = names.map((name) => env[name])
          if (!username || !password) {
            const reason = `the variable ${names.find((name) => !env[name])} is not set`
            throw new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason })
          }
          yield { kind: 'basic', username, password, source: names.join(' and ') }
        },
      }
    }
    case 'helper':
      return {
        places: [`docker-credential-${rule.helper}`],
        async *resolve(host) {
          const credential = await askHelper(rule.helper ?? '', host, { run, env, file })
          if (credential !== undefined) yield credential
        },
      }
    case 'docker': {
      const path = posix.resolve(folder, rule.file ?? '')
      const load = async () => {
        const text = await readFile(path)
        if (text !== undefined) return parseAuthFile(text, path)
        throw new PinpullError('CREDENTIAL_FILE_INVALID', { file: path, reason: 'it does not exist' })
      }
      return fileKeychain(path, load, { run, env, credsStore: true })
    }
  }
}
