import { abortReason, PinpullError } from '../diagnostics/errors.ts'
import { DOCKER_HUB, isDockerHub } from '../reference/docker-hub.ts'
import { redactUserInfo } from '../reference/server-url.ts'
import { fieldValues, type GoJsonValue, isGoJsonObject, parseGoJson } from './go-json.ts'
import type { Credential } from './keychain.ts'
import { describeEnding, lastErrorLine, type Run } from './program.ts'

export interface HelperOptions {
  readonly run: Run
  /** The environment of the helper, including `PATH`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The file that names the helper, for messages. */
  readonly file: string
  /** Receives the error output of a helper that found nothing: amazon-ecr-login reports its errors only there. */
  readonly onMessage?: (message: string) => void
  /** Stops the helper; its reason is thrown. */
  readonly signal?: AbortSignal | undefined
}

/** Excludes names with a path, such as `../../x`, which Go's `exec` would run. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const TIMEOUT = 60_000
const MAX_OUTPUT = 1024 * 1024
const NOT_FOUND = 'credentials not found in native keychain'

/**
 * Gets a credential from a docker credential helper (docker-credential-helpers, `client/command.go` and
 * `credentials/error.go`): the registry goes to its standard input, the result comes from its standard output.
 *
 * @returns the credential, or undefined if the helper has none
 * @throws {PinpullError} CREDENTIAL_HELPER_MISSING, CREDENTIAL_HELPER_FAILED, never with text from standard output
 */
export async function getFromHelper(
  helper: string,
  host: string,
  options: HelperOptions,
): Promise<Credential | undefined> {
  const failed = (reason: string): PinpullError =>
    new PinpullError('CREDENTIAL_HELPER_FAILED', {
      helper: redactUserInfo(helper),
      registry: host,
      reason,
      file: options.file,
    })
  if (!NAME.test(helper)) throw failed('its name may only contain letters, digits, ".", "_" and "-" only')
  for (const server of serverNames(host)) {
    const command = {
      program: `docker-credential-${helper}`,
      args: ['get'],
      input: server,
      env: options.env,
      timeout: TIMEOUT,
      maxOutput: MAX_OUTPUT,
      signal: options.signal,
    }
    const result = await options.run(command)
    if (result.kind === 'not-found') {
      throw new PinpullError('CREDENTIAL_HELPER_MISSING', { helper, registry: host, file: options.file })
    }
    if (result.kind === 'aborted') throw abortReason(options.signal, command.program)
    if (result.kind !== 'exited') throw failed(describeEnding(result, command) ?? '')
    if (result.code !== 0) {
      const isAbsent = result.stdout.trim() === NOT_FOUND
      const message = lastErrorLine({ ...result, ...(isAbsent && { stdout: '' }), env: options.env })
      if (!isAbsent) {
        throw failed(`exit code ${result.code}${message === '' ? '' : `: ${message}`}`)
      }
      if (message !== '') options.onMessage?.(message)
      continue
    }
    const answer = parseHelperOutput(result.stdout, `docker-credential-${helper} (${options.file})`)
    if (answer === 'invalid') throw failed('its output is not the JSON that the protocol requires')
    if (answer !== undefined) return answer
  }
  return undefined
}

/** The names under which `docker login` may have stored a registry; current versions use the first. */
function serverNames(host: string): readonly string[] {
  return isDockerHub(host) ? [DOCKER_HUB.credentialsKey] : [host, `https://${host}`]
}

function parseHelperOutput(stdout: string, source: string): Credential | 'invalid' | undefined {
  let json: GoJsonValue
  try {
    json = parseGoJson(stdout, 'unread')
  } catch {
    return 'invalid'
  }
  if (!isGoJsonObject(json)) return 'invalid'
  const [username, secret] = ['Username', 'Secret'].map((field) => fieldValues(json, field).at(-1) ?? '')
  if (typeof username !== 'string' || typeof secret !== 'string') return 'invalid'
  if (username === '' && secret === '') return undefined
  if (secret === '') return 'invalid'
  return username === '<token>'
    ? { kind: 'identity-token', token: secret, source }
    : { kind: 'basic', username, password: secret, source }
}
