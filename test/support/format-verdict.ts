import { credentialOf, findAuth, findHelper, parseAuthFile } from '../../src/credentials/auth-file.ts'
import type { Credential } from '../../src/credentials/keychain.ts'
import { matchesImage } from '../../src/credentials/keyring.ts'
import { parseProviderConfig } from '../../src/credentials/provider-config.ts'
import { pullSecretKeychain } from '../../src/credentials/pull-secrets.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { canonicalText } from '../../src/reference/reference.ts'
import { RegistryError } from '../../src/registry/errors/registry-error.ts'
import { containerdHosts } from '../../src/registry/hosts/containerd-hosts.ts'
import { registryEndpoint } from '../../src/registry/hosts/endpoint.ts'
import { registriesConf } from '../../src/registry/hosts/registries-conf.ts'
import { proxyFromEnvironment } from '../../src/registry/http/proxy.ts'
import { fixedFiles } from './fixed-files.ts'

/** A question about another program's format; `test/contract/support/format-readers` runs the original code on the same. */
export interface Question {
  readonly owner: Owner
  readonly files?: Readonly<Record<string, string>>
  readonly target?: string
  readonly pattern?: string
  readonly env?: Readonly<Record<string, string>>
}

export type Owner =
  | 'registries.conf'
  | 'hosts.toml'
  | 'proxy'
  | 'config.json'
  | 'auth.json'
  | 'pull secret'
  | 'matchImages'
  | 'provider config'

/** The result: `refused`, or the parsed content in a form that is the same for Pinpull and the original code. */
export type Verdict = unknown

export const REFUSED = 'refused'

/** Pinpull's result for a question. */
export async function verdictOf(question: Question): Promise<Verdict> {
  try {
    return await VERDICTS[question.owner](question)
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'REGISTRY_BLOCKED') return 'blocked'
    if (error instanceof RegistryError || error instanceof PinpullError) return REFUSED
    throw error
  }
}

const VERDICTS: Readonly<Record<Owner, (question: Question) => Promise<Verdict> | Verdict>> = {
  async 'registries.conf'({ files = {}, target = '' }) {
    const conf = registriesConf('/q/registries.conf', fixedFiles(under('/q', files)))
    const endpoints = await conf.endpoints(parseReference(target))
    return endpoints?.map(({ reference, mayFallBackToHttp }) => [reference?.text, mayFallBackToHttp]) ?? null
  },
  async 'hosts.toml'({ files = {}, target = '' }) {
    const hosts = containerdHosts('/q/certs.d', fixedFiles(under('/q', files)))
    const reference = parseReference(`${target}/app:1`)
    const endpoints = (await hosts.endpoints(reference)) ?? [registryEndpoint(reference)]
    return endpoints.map(({ base, tls, mayFallBackToHttp }) => [
      base,
      mayFallBackToHttp || tls?.skipVerify === true,
    ])
  },
  proxy({ target = '', env = {} }) {
    return proxyFromEnvironment(new URL(target), env)?.url.origin ?? null
  },
  'config.json': ({ files = {}, target = '' }) => authOf(files['config.json'] ?? '', 'docker', target),
  'auth.json': ({ files = {}, target = '' }) => authOf(files['auth.json'] ?? '', 'containers', target),
  async 'pull secret'({ files = {}, target = '' }) {
    const image = canonicalText(parseReference(target)).replace(/:latest$/, '')
    const [host = '', ...path] = image.split('/')
    const secret = { name: 's', type: 'kubernetes.io/dockerconfigjson', text: files['secret'] ?? '' } as const
    const found: Verdict[] = []
    for await (const credential of pullSecretKeychain(new Map([[image, [secret]]])).resolve(
      host,
      path.join('/'),
    ))
      found.push(shown(credential))
    return found
  },
  matchImages: ({ pattern = '', target = '' }) => matchesImage(pattern, target),
  'provider config': ({ files = {} }) =>
    parseProviderConfig(files['config'] ?? '', 'config').map(({ name, args, matchImages }) => [
      name,
      args,
      matchImages,
    ]),
}

function authOf(text: string, format: 'docker' | 'containers', target: string): Verdict {
  const { domain, path } = format === 'docker' ? { domain: target, path: 'app' } : parseReference(target)
  const file = parseAuthFile(text, 'f', format)
  if (findHelper(file, domain) !== undefined) return 'helper'
  const found = findAuth(file, domain, path)
  return found === undefined ? null : shown(credentialOf(found.entry, 'f', found.key))
}

function shown(credential: Credential): Verdict {
  switch (credential.kind) {
    case 'basic':
      return `${credential.username}:${credential.password}`
    case 'anonymous':
      return null
    default:
      return `${credential.kind} ${credential.token}`
  }
}

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
}
