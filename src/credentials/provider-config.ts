import { posix } from 'node:path'
import type { TextFiles } from '../files/text-files.ts'
import { readDocuments } from '../yaml/documents.ts'
import { keyText, resolveAlias } from '../yaml/lookup.ts'
import type { YamlNode } from '../yaml/nodes.ts'
import { readSource } from '../yaml/source.ts'
import { invalidCredentialFile, readCredentialFile } from './credential-file.ts'

/** One plugin of a kubelet's `CredentialProviderConfig` (kubelet.config.k8s.io/v1). */
export interface Provider {
  /** The name of the program in the folder of plugins. */
  readonly name: string
  readonly matchImages: readonly string[]
  /** The API version of the request. */
  readonly apiVersion: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Whether it requires the token of a service account, which only a kubelet has. */
  readonly needsServiceAccount: boolean
}

const CONFIG_VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `kubelet.config.k8s.io/${version}`)
const REQUEST_VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map(
  (version) => `credentialprovider.kubelet.k8s.io/${version}`,
)

/**
 * Reads a `CredentialProviderConfig`, or a folder of them: its `*.json`, `*.yaml` and `*.yml` files in the order of their
 * names, as one (kubernetes `pkg/credentialprovider/plugin/config.go`).
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID
 */
export async function readProviderConfig(path: string, files: TextFiles): Promise<Provider[]> {
  const names = await listFolder(path, files)
  const paths = names?.filter((name) => /\.(?:json|ya?ml)$/.test(name)).map((name) => posix.join(path, name))
  if (paths?.length === 0) throw invalidCredentialFile(path, 'the folder has no .json, .yaml or .yml file')
  const providers: Provider[] = []
  for (const file of paths ?? [path]) {
    // Folders in the folder are ignored.
    if (paths !== undefined && (await listFolder(file, files)) !== undefined) continue
    const text = await readCredentialFile(file, files.readText)
    if (text === undefined) throw invalidCredentialFile(file, 'it does not exist')
    for (const provider of parseProviderConfig(text, file)) {
      if (providers.some(({ name }) => name === provider.name)) {
        throw invalidCredentialFile(file, `the provider "${provider.name}" appears twice`)
      }
      providers.push(provider)
    }
  }
  if (providers.length === 0) throw invalidCredentialFile(path, 'it has no providers')
  return providers
}

async function listFolder(path: string, files: TextFiles): Promise<readonly string[] | undefined> {
  try {
    return await files.list(path)
  } catch (error) {
    throw invalidCredentialFile(
      path,
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
      error,
    )
  }
}

/**
 * Parses a `CredentialProviderConfig`.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID
 */
export function parseProviderConfig(text: string, file: string): Provider[] {
  const invalid = (reason: string): Error => invalidCredentialFile(file, reason)
  const { documents, diagnostics } = readDocuments(readSource(new TextEncoder().encode(text), file))
  if (diagnostics.length > 0) throw invalid('it is not valid YAML')
  const [contents] = documents.flatMap((document) => document.contents ?? [])
  const root = contents === undefined ? undefined : resolveAlias(contents)
  if (root?.kind !== 'mapping') throw invalid('it is not a CredentialProviderConfig')
  const config = new ConfigFields(root, '', invalid)
  if (config.text('kind') !== 'CredentialProviderConfig')
    throw invalid('it is not a CredentialProviderConfig')
  const version = config.text('apiVersion') ?? ''
  if (!CONFIG_VERSIONS.includes(version)) throw invalid(`its apiVersion is "${version}"`)
  return config.items('providers').map((provider) => parseProvider(provider, invalid))
}

function parseProvider(provider: ConfigFields, invalid: (reason: string) => Error): Provider {
  const { where } = provider
  const name = provider.text('name') ?? ''
  if (!/^[^/\\\s]+$/.test(name) || name === '.' || name === '..') {
    throw invalid(`${where}.name is not the name of a program`)
  }
  const apiVersion = provider.text('apiVersion') ?? ''
  if (!REQUEST_VERSIONS.includes(apiVersion)) throw invalid(`${where}.apiVersion is "${apiVersion}"`)
  const matchImages = provider.texts('matchImages')
  if (matchImages.length === 0) throw invalid(`${where}.matchImages is empty`)
  const env: Record<string, string> = {}
  for (const variable of provider.items('env')) {
    const key = variable.text('name')
    if (!key) throw invalid(`${where}.env has an entry without a name`)
    env[key] = variable.text('value') ?? ''
  }
  const token = provider.fields('tokenAttributes')
  return {
    name,
    matchImages,
    apiVersion,
    args: provider.texts('args'),
    env,
    needsServiceAccount: token !== undefined && token.flag('requireServiceAccount') !== false,
  }
}

/** Reads typed fields of a mapping. A field with the wrong type is an error; null counts as absent. */
class ConfigFields {
  /** The path of the mapping, for messages. */
  readonly where: string
  readonly #values: ReadonlyMap<string, ReturnType<typeof resolveAlias>>
  readonly #invalid: (reason: string) => Error

  constructor(node: YamlNode, where: string, invalid: (reason: string) => Error) {
    const mapping = resolveAlias(node)
    if (mapping.kind !== 'mapping') throw invalid(`${where} is not a mapping`)
    this.where = where
    this.#invalid = invalid
    const values = new Map<string, ReturnType<typeof resolveAlias>>()
    for (const entry of mapping.entries) {
      const key = keyText(entry) ?? ''
      if (values.has(key)) throw invalid(`${this.#path(key)} appears twice`)
      values.set(key, resolveAlias(entry.value))
    }
    this.#values = values
  }

  text(key: string): string | undefined {
    const node = this.#given(key)
    if (node === undefined) return undefined
    if (node.kind === 'scalar' && node.isString) return node.value
    throw this.#invalid(`${this.#path(key)} is not a string`)
  }

  flag(key: string): boolean | undefined {
    const node = this.#given(key)
    if (node === undefined) return undefined
    if (node.kind === 'scalar' && !node.isString && /^(?:true|false)$/i.test(node.value)) {
      return node.value.toLowerCase() === 'true'
    }
    throw this.#invalid(`${this.#path(key)} is neither true nor false`)
  }

  fields(key: string): ConfigFields | undefined {
    const node = this.#given(key)
    return node && new ConfigFields(node, this.#path(key), this.#invalid)
  }

  items(key: string): ConfigFields[] {
    return this.#sequence(key).map(
      (item, position) => new ConfigFields(item, `${this.#path(key)}[${position}]`, this.#invalid),
    )
  }

  texts(key: string): string[] {
    return this.#sequence(key).map((item) => {
      const node = resolveAlias(item)
      if (node.kind === 'scalar' && node.isString) return node.value
      throw this.#invalid(`${this.#path(key)} is not a list of strings`)
    })
  }

  #sequence(key: string): readonly YamlNode[] {
    const node = this.#given(key)
    if (node === undefined) return []
    if (node.kind === 'sequence') return node.items
    throw this.#invalid(`${this.#path(key)} is not a list`)
  }

  #given(key: string): ReturnType<typeof resolveAlias> | undefined {
    const node = this.#values.get(key)
    return node?.kind === 'scalar' && node.isNull ? undefined : node
  }

  #path(key: string): string {
    return this.where === '' ? key : `${this.where}.${key}`
  }
}
