import { posix } from 'node:path'
import { abortReason, PinpullError } from '../diagnostics/errors.ts'
import type { TextFiles } from '../files/text-files.ts'
import { DOCKER_HUB, isDockerHub } from '../reference/docker-hub.ts'
import { fieldValues, type GoJsonValue, isGoJsonObject, parseGoJson } from './go-json.ts'
import type { Credential, Keychain } from './keychain.ts'
import { lookUpKeyring, matchesImage } from './keyring.ts'
import { describeEnding, lastErrorLine, type Run } from './program.ts'
import { type Provider, readProviderConfig } from './provider-config.ts'

export interface ProviderKeychainOptions {
  /** The path of the `CredentialProviderConfig`, or of a folder of them. */
  readonly config: string
  /** The folder of the plugins, as in the kubelet's `--image-credential-provider-bin-dir`. */
  readonly binFolder: string
  readonly files: TextFiles
  readonly run: Run
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The response of a plugin, and the images that it is valid for. */
interface ProviderResponse {
  readonly credentials: readonly { readonly key: string; readonly credential: Credential }[]
  readonly cacheKeyType: 'Image' | 'Registry' | 'Global'
}

const TIMEOUT = 60_000
const MAX_OUTPUT = 1024 * 1024

/**
 * A keychain of kubelet credential-provider plugins (KEP-2133; kubernetes `pkg/credentialprovider/plugin/plugin.go`): the
 * programs that nodes use for ECR, Artifact Registry and ACR. Each plugin whose `matchImages` matches an image is run, and
 * its response is cached for the image, the registry or globally, as its `cacheKeyType` says.
 *
 * A plugin that fails, or that only a kubelet can run, is an error after the other matching plugins have been tried.
 */
export function providerKeychain(options: ProviderKeychainOptions): Keychain {
  const { config, files } = options
  let loaded: Promise<readonly Provider[]> | undefined
  const answers = new Map<string, Promise<ProviderResponse>>()

  const ask = async (
    provider: Provider,
    image: string,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> => {
    const ofImage = `${provider.name} ${image}`
    const ofRegistry = `${provider.name} ${image.split('/', 1)[0]}`
    for (const key of [provider.name, ofRegistry, ofImage]) {
      const kept = answers.get(key)
      // Other images of the registry wait for the response, since it may be valid for them.
      if (kept !== undefined && (key === ofImage || (await kept).cacheKeyType !== 'Image')) return await kept
    }
    const asking = runProvider(provider, image, options, signal)
    answers.set(ofImage, asking)
    if (!answers.has(ofRegistry)) answers.set(ofRegistry, asking)
    const answer = await asking
    if (answer.cacheKeyType === 'Global') answers.set(provider.name, asking)
    return answer
  }

  return {
    searched: [config],
    async *resolve(host, repository, signal) {
      loaded ??= readProviderConfig(config, files)
      const domain = isDockerHub(host) ? DOCKER_HUB.domain : host
      const image = `${domain}/${repository}`
      const failures: unknown[] = []
      for (const provider of await loaded) {
        if (!provider.matchImages.some((pattern) => matchesImage(pattern, image))) continue
        try {
          const { credentials } = await ask(provider, image, signal)
          for (const { credential } of lookUpKeyring(credentials, image)) yield credential
        } catch (error) {
          if (signal?.aborted === true) throw error
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

async function runProvider(
  provider: Provider,
  image: string,
  options: ProviderKeychainOptions,
  signal: AbortSignal | undefined,
): Promise<ProviderResponse> {
  const { name, apiVersion } = provider
  const failed = (reason: string): PinpullError =>
    new PinpullError('CREDENTIAL_PROVIDER_FAILED', {
      provider: name,
      target: image,
      reason,
      file: options.config,
    })
  if (provider.needsServiceAccount) {
    throw failed('it requires a service account token, which only a kubelet has')
  }
  const command = {
    program: posix.join(options.binFolder, name),
    args: provider.args,
    input: JSON.stringify({ apiVersion, kind: 'CredentialProviderRequest', image }),
    env: { ...options.env, ...provider.env },
    timeout: TIMEOUT,
    maxOutput: MAX_OUTPUT,
    signal,
  }
  const result = await options.run(command)
  if (result.kind === 'not-found') throw failed(`no such program in ${options.binFolder}`)
  if (result.kind === 'aborted') throw abortReason(signal, `credential provider ${name}`)
  if (result.kind !== 'exited') throw failed(describeEnding(result, command) ?? '')
  if (result.code !== 0) {
    const message = lastErrorLine({ ...result, env: command.env })
    throw failed(`exit code ${result.code}${message === '' ? '' : `: ${message}`}`)
  }
  const answer = parseResponse(result.stdout, provider, `credential provider ${name} (${options.config})`)
  if (typeof answer === 'string') throw failed(answer)
  return answer
}

/** Returns the response, or the reason why it is invalid. The reason never quotes the output, which has passwords. */
function parseResponse(stdout: string, { apiVersion }: Provider, source: string): ProviderResponse | string {
  let json: GoJsonValue
  try {
    json = parseGoJson(stdout)
  } catch {
    return 'its output is not JSON'
  }
  if (!isGoJsonObject(json)) return 'its output is not a JSON object'
  const [kind, version, scope] = ['kind', 'apiVersion', 'cacheKeyType'].map((field) =>
    fieldValues(json, field).at(-1),
  )
  if (kind !== 'CredentialProviderResponse') return 'its output is not a CredentialProviderResponse'
  if (version !== apiVersion) return 'its output has a different apiVersion than the request'
  if (scope !== 'Image' && scope !== 'Registry' && scope !== 'Global') {
    return 'its output has no valid cacheKeyType'
  }
  const credentials: { key: string; credential: Credential }[] = []
  for (const auth of fieldValues(json, 'auth')) {
    if (!isGoJsonObject(auth)) return 'its "auth" is not an object'
    for (const [key, value] of auth.entries) {
      if (!isGoJsonObject(value)) return 'an entry of its "auth" is not an object'
      const [username, password] = ['username', 'password'].map(
        (field) => fieldValues(value, field).at(-1) ?? '',
      )
      if (typeof username !== 'string' || typeof password !== 'string') {
        return 'an entry of its "auth" has a name or password that is not a string'
      }
      credentials.push({ key, credential: { kind: 'basic', username, password, source } })
    }
  }
  return { credentials, cacheKeyType: scope }
}
