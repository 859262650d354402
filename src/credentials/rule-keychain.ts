import { posix } from 'node:path'
import type { ReportWarning } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { ruleFor } from '../reference/docker-hub.ts'
import { parseAuthFile } from './auth-file.ts'
import { type ReadFile, readRequiredFile } from './credential-file.ts'
import { fileKeychain, helperKeychain } from './file-keychain.ts'
import { ANONYMOUS, type Keychain, withAnonymousFallback } from './keychain.ts'
import type { Run } from './program.ts'

/** The source of the credential for one registry, from the configuration. */
export interface CredentialRule {
  /** Such as `registry.example.com:5000`; `*` for every registry without its own rule. */
  readonly host: string
  readonly credentials?: {
    /** Absent: the usual search. */
    readonly source?: 'docker' | 'helper' | 'environment' | 'anonymous'
    /** For `docker`: relative to the config's folder. Absent: the usual search. */
    readonly file?: string
    readonly helper?: string
    readonly usernameVariable?: string
    readonly passwordVariable?: string
    /** What to do if no credential can be read or is accepted; an error by default. */
    readonly onFailure?: 'anonymous'
  }
}

export interface RuleKeychainOptions {
  readonly rules: readonly CredentialRule[]
  /** The file that contains the rules, for messages. */
  readonly file: string
  /** The folder that paths in rules are relative to. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile: ReadFile
  readonly run: Run
  /** Used for registries without a rule. */
  readonly fallback: Keychain
  readonly warn?: ReportWarning
}

/** A keychain in which a registry's rule, if there is one, replaces the usual search. */
export function ruleKeychain(options: RuleKeychainOptions): Keychain {
  const { rules, fallback } = options
  const byRule = new Map<CredentialRule, Keychain>()
  return {
    get searched() {
      return fallback.searched
    },
    async *resolve(host, repository, signal) {
      const rule = ruleFor(rules, host)
      if (rule?.credentials === undefined) {
        yield* fallback.resolve(host, repository, signal)
        return
      }
      const keychain = byRule.get(rule) ?? keychainOf(rule.credentials, options)
      byRule.set(rule, keychain)
      yield* keychain.resolve(host, repository, signal)
    },
  }
}

type Rule = NonNullable<CredentialRule['credentials']>

function keychainOf(rule: Rule, options: RuleKeychainOptions): Keychain {
  const source = sourceOf(rule, options)
  return rule.onFailure === 'anonymous' ? withAnonymousFallback(source, options.warn ?? (() => {})) : source
}

function sourceOf(rule: Rule, options: RuleKeychainOptions): Keychain {
  const { env, run, readFile, file, folder } = options
  const { source } = rule
  if (source === undefined) return options.fallback
  switch (source) {
    case 'anonymous':
      return {
        searched: [],
        async *resolve() {
          yield ANONYMOUS
        },
      }
    case 'environment': {
      const names = [rule.usernameVariable ?? '', rule.passwordVariable ?? ''] as const
      return {
        searched: [names.join(' and ')],
        async *resolve(registry) {
          const [username, password] = names.map((name) => env[name])
          if (!username || !password) {
            const variable = names.find((name) => !env[name]) ?? ''
            throw new PinpullError('CREDENTIAL_VARIABLE_UNSET', { variable, file, registry })
          }
          yield { kind: 'basic', username, password, source: names.join(' and ') }
        },
      }
    }
    case 'helper':
      return helperKeychain(rule.helper ?? '', file, { run, env })
    case 'docker': {
      if (rule.file === undefined) return options.fallback
      const path = posix.resolve(folder, rule.file)
      const load = async (signal?: AbortSignal) =>
        parseAuthFile(await readRequiredFile(path, readFile, signal), path)
      return fileKeychain(path, load, { run, env })
    }
  }
}
