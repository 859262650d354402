import { posix } from 'node:path'
import { PinpullError } from '../diagnostics/errors.ts'
import { DOCKER_HUB, isDockerHub } from '../reference/normalize.ts'
import type { Credential } from './credential.ts'
import type { Keychain } from './keychain.ts'
import { matchesImage, orderKeys } from './keyring.ts'
import { endingOf, type Run } from './process.ts'
import { type Provider, parseProviderConfig } from './provider-config.ts'

export interface ProviderKeychainOptions {
  /** The path of the `CredentialProviderConfig`. */
  readonly config: string
  /** The folder that its plugins lie in, as the kubelet's `--image-credential-provider-bin-dir`. */
  readonly binFolder: string
  readonly readFile: (path: string) => Promise<string | undefined>
  readonly run: Run
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a plugin answered, and for which images the answer is good. */
interface Answer {
  readonly credentials: readonly { readonly key: string; readonly credential: Credential }[]
  readonly scope: 'Image' | 'Registry' | 'Global'
}

const TIMEOUT = 60_000
const MAX_OUTPUT = 1024 * 1024

/**
 * A keychain of kubelet credential-provider plugins (KEP-2133; kubernetes `pkg/credentialprovider/plugin/plugin.go`): the
 * programs that nodes use for ECR, Artifact Registry and ACR, in place of those clouds' libraries. Each plugin whose
 * `matchImages` fits an image is run, and its answer is kept for the image, the registry or all, as it says.
 */
export function providerKeychain(options: ProviderKeychainOptions): Keychain {
  const { config, readFile } = options
  let loaded: Promise<readonly Provider[]> | undefined
  const answers = new Map<string, Promise<Answer>>()

  const load = async (): Promise<readonly Provider[]> => {
    const text = await readFile(config)
    if (text !== undefined) return parseProviderConfig(text, config)
    throw new PinpullError('CREDENTIAL_FILE_INVALID', { file: config, reason: 'it does not exist' })
  }

  const ask = async (provider: Provider, image: string): Promise<Answer> => {
    const ofImage = `${provider.name} ${image}`
    const ofRegistry = `${provider.name} ${image.split('/', 1)[0]}`
    for (const key of [provider.name, ofRegistry, ofImage]) {
      const kept = answers.get(key)
      // Until an answer says how far it reaches, other images of the registry wait for it.
      if (kept !== undefined && (key === ofImage || (await kept).scope !== 'Image')) return await kept
    }
    const asking = runProvider(provider, image, options)
    answers.set(ofImage, asking)
    if (!answers.has(ofRegistry)) answers.set(ofRegistry, asking)
    const answer = await asking
    if (answer.scope === 'Global') answers.set(provider.name, asking)
    return answer
  }

  return {
    places: [config],
    async *resolve(host, repository) {
      loaded ??= load()
      const domain = isDockerHub(host) ? DOCKER_HUB.domain : host
      const image = `${domain}/${repository}`
      for (const provider of await loaded) {
        if (!provider.matchImages.some((pattern) => matchesImage(pattern, image))) continue
        const { credentials } = await ask(provider, image)
        for (const { key, credential } of orderKeys(credentials))
          if (matchesImage(key, image)) yield credential
      }
    },
  }
}

async function runProvider(
  provider: Provider,
  image: string,
  options: ProviderKeychainOptions,
): Promise<Answer> {
  const { name, apiVersion } = provider
  const failed = (reason: string): PinpullError =>
    new PinpullError('CREDENTIAL_PROVIDER_FAILED', {
      provider: name,
      target: image,
      reason,
      file: options.config,
    })
  const command = {
    program: posix.join(options.binFolder, name),
    args: provider.args,
    input: JSON.stringify({ apiVersion, kind: 'CredentialProviderRequest', image }),
    env: { ...options.env, ...provider.env },
    timeout: TIMEOUT,
    maxOutput: MAX_OUTPUT,
  }
  const result = await options.run(command)
  if (result.kind === 'not-found') throw failed(`there is no such program in ${options.binFolder}`)
  if (result.kind !== 'exited') throw failed(endingOf(result, command) ?? '')
  if (result.code !== 0) throw failed(`exit code ${result.code}`)
  const answer = parseAnswer(result.stdout, provider, `credential provider ${name} (${options.config})`)
  if (typeof answer === 'string') throw failed(answer)
  return answer
}

/** The answer, or what is wrong with it. The text itself is never told: it holds passwords. */
function parseAnswer(stdout: string, { apiVersion }: Provider, source: string): Answer | string {
  let json: unknown
  try {
    json = JSON.parse(stdout)
  } catch {
    return 'its answer is not JSON'
  }
  if (typeof json !== 'object' || json === null) return 'its answer is not a JSON object'
  const { kind, apiVersion: version, cacheKeyType, auth } = json as Record<string, unknown>
  if (kind !== 'CredentialProviderResponse') return 'its answer is no CredentialProviderResponse'
  if (version !== apiVersion) return 'its answer has another apiVersion than was asked in'
  if (cacheKeyType !== 'Image' && cacheKeyType !== 'Registry' && cacheKeyType !== 'Global') {
    return 'its answer has no valid cacheKeyType'
  }
  const credentials = Object.entries((auth ?? {}) as Record<string, unknown>).flatMap(([key, value]) => {
    const { username, password } = (value ?? {}) as Record<string, unknown>
    if (typeof username !== 'string' || typeof password !== 'string') return []
    const credential: Credential = { kind: 'basic', username, password, source }
    return [{ key, credential }]
  })
  return { credentials, scope: cacheKeyType }
}
