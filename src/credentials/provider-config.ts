import { PinpullError } from '../diagnostics/errors.ts'
import { readDocuments } from '../yaml/documents.ts'
import { follow, lookup, stringAt, valueAt } from '../yaml/lookup.ts'
import type { Mapping, YamlNode } from '../yaml/nodes.ts'
import { readSource } from '../yaml/source.ts'

/** One plugin of a kubelet's `CredentialProviderConfig` (kubelet.config.k8s.io/v1). */
export interface Provider {
  /** The program's name in the folder of plugins. */
  readonly name: string
  readonly matchImages: readonly string[]
  /** Of the request that it is sent. */
  readonly apiVersion: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const CONFIG_VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `kubelet.config.k8s.io/${version}`)
const REQUEST_VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map(
  (version) => `credentialprovider.kubelet.k8s.io/${version}`,
)

/**
 * Parses a `CredentialProviderConfig` (kubernetes `pkg/credentialprovider/plugin/config.go`).
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID
 */
export function parseProviderConfig(text: string, file: string): Provider[] {
  const invalid = (reason: string): PinpullError =>
    new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason })
  const { documents, diagnostics } = readDocuments(readSource(new TextEncoder().encode(text), file))
  if (diagnostics.length > 0) throw invalid('it is not valid YAML')
  const root = documents.flatMap(({ contents }) => (contents === undefined ? [] : [follow(contents)]))[0]
  if (root?.kind !== 'mapping' || stringAt(root, 'kind') !== 'CredentialProviderConfig') {
    throw invalid('it is no CredentialProviderConfig')
  }
  const version = stringAt(root, 'apiVersion') ?? ''
  if (!CONFIG_VERSIONS.includes(version)) throw invalid(`its apiVersion is "${version}"`)
  const providers = itemsAt(root, 'providers').map((item, position): Provider => {
    const where = `providers[${position}]`
    const provider = follow(item)
    if (provider.kind !== 'mapping') throw invalid(`${where} is no mapping`)
    const name = stringAt(provider, 'name') ?? ''
    if (!/^[^/\\\s]+$/.test(name) || name === '.' || name === '..') {
      throw invalid(`${where}.name is not the name of a program`)
    }
    if (lookup(provider, 'tokenAttributes') !== undefined) {
      throw invalid(`${where} wants a service account's token, which only a kubelet has`)
    }
    const apiVersion = stringAt(provider, 'apiVersion') ?? ''
    if (!REQUEST_VERSIONS.includes(apiVersion)) throw invalid(`${where}.apiVersion is "${apiVersion}"`)
    const matchImages = textsAt(provider, 'matchImages')
    if (matchImages.length === 0) throw invalid(`${where}.matchImages is empty`)
    const env: Record<string, string> = {}
    for (const entry of itemsAt(provider, 'env')) {
      const variable = follow(entry)
      const key = variable.kind === 'mapping' ? stringAt(variable, 'name') : undefined
      if (variable.kind !== 'mapping' || !key) throw invalid(`${where}.env has an entry without a name`)
      env[key] = stringAt(variable, 'value') ?? ''
    }
    return { name, matchImages, apiVersion, args: textsAt(provider, 'args'), env }
  })
  if (providers.length === 0) throw invalid('it has no providers')
  return providers
}

function itemsAt(mapping: Mapping, key: string): readonly YamlNode[] {
  const node = valueAt(mapping, key)
  return node?.kind === 'sequence' ? node.items : []
}

function textsAt(mapping: Mapping, key: string): string[] {
  return itemsAt(mapping, key).flatMap((item) => {
    const node = follow(item)
    return node.kind === 'scalar' && node.isString ? [node.value] : []
  })
}
