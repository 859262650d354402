import { type AuthFile, type AuthFormat, parseAuthFile } from '../credentials/auth-file.ts'
import { readCredentialFile } from '../credentials/credential-file.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { findOnPath } from '../files/executable.ts'
import type { TextFiles } from '../files/text-files.ts'
import { formatHint } from '../report/message.ts'
import type { AddStep } from './step.ts'

export interface CredentialFilesOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly files: TextFiles
  /** A value of Node's `process.platform`. */
  readonly platform: string
  /** Files that have another format, and are only read. */
  readonly others: readonly string[]
}

/**
 * Says which places of credentials exist and can be read, how many logins each has, and which helpers are missing.
 *
 * @param places a keychain's, in the order in which they are searched
 * @returns the errors of files that cannot be used
 */
export async function describeCredentialFiles(
  places: readonly string[],
  { env, files, platform, others }: CredentialFilesOptions,
  add: AddStep,
): Promise<readonly PinpullError[]> {
  const failures: PinpullError[] = []
  for (const place of places) {
    try {
      const isVariable = place === 'DOCKER_AUTH_CONFIG'
      const text = isVariable ? env[place] : await readCredentialFile(place, files.readText)
      if (text === undefined) {
        add({ name: 'credentials', status: 'info', text: `${place}: does not exist` })
      } else if (others.includes(place)) {
        add({ name: 'credentials', status: 'ok', text: `${place}: readable` })
      } else {
        const file = parseAuthFile(text, place, formatOf(place))
        add({ name: 'credentials', status: 'ok', text: `${place}: ${contentsOf(file)}` })
        addMissingHelpers(file, env, platform, add)
      }
    } catch (error) {
      if (!(error instanceof PinpullError)) throw error
      failures.push(error)
      const text = `${place}: ${error.args['reason']}`
      add({ name: 'credentials', status: 'failed', text, hint: formatHint(error) })
    }
  }
  return failures
}

function formatOf(path: string): AuthFormat {
  if (path.endsWith('.dockercfg')) return 'dockercfg'
  return path.endsWith('auth.json') ? 'containers' : 'docker'
}

/** Neither hosts nor user names: an issue need not tell which registries somebody uses. */
function contentsOf({ auths, credHelpers, credsStore }: AuthFile): string {
  const helpers = [...new Set(credHelpers.values())].filter((name) => name !== '')
  const parts = [
    `${auths.size} ${auths.size === 1 ? 'entry' : 'entries'}`,
    ...(helpers.length === 0 ? [] : [`helpers of single registries: ${helpers.join(', ')}`]),
    ...(credsStore === undefined ? [] : [`helper of all others: ${credsStore}`]),
  ]
  return parts.join('; ')
}

function addMissingHelpers(
  { credHelpers, credsStore, file }: AuthFile,
  env: CredentialFilesOptions['env'],
  platform: string,
  add: AddStep,
): void {
  const names = new Set([...credHelpers.values(), credsStore ?? ''].filter((name) => name !== ''))
  for (const name of names) {
    const program = `docker-credential-${name}`
    const path = findOnPath(program, env, platform)
    if (path !== undefined) add({ name: 'helper', status: 'ok', text: `${program}: ${path}` })
    else {
      const hint = formatHint({ code: 'CREDENTIAL_HELPER_MISSING', args: { helper: name, file } })
      add({ name: 'helper', status: 'warning', text: `${program} was not found on PATH`, hint })
    }
  }
}
