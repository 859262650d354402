import { resolveAlias } from '../../yaml/lookup.ts'
import type { Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { ImageField } from '../image-field.ts'
import { type Resource, resourcesOf } from '../resource.ts'

/** A Secret of the input that holds credentials for registries. */
export interface PullSecret {
  /** `Secret namespace/name`, for messages. */
  readonly name: string
  readonly type: 'kubernetes.io/dockerconfigjson' | 'kubernetes.io/dockercfg'
  /** The decoded value of its key. */
  readonly text: string
}

/** The pull secrets of the workloads of the input. */
export interface PullSecrets {
  /**
   * The names of the pull secrets of the Pod around an image: those of its PodSpec, or if that names none, those of its
   * ServiceAccount if that is in the input (kubernetes `plugin/pkg/admission/serviceaccount`).
   */
  namesFor(field: ImageField): readonly string[]
  /** Those of them that are in the input, in the same order. */
  secretsFor(field: ImageField): readonly PullSecret[]
}

/** The key of the credentials in each type of Secret (kubernetes `pkg/credentialprovider/secrets`). */
const KEYS = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
} as const

/** Collects the Secrets and ServiceAccounts of the input. One without a namespace matches any namespace. */
export function findPullSecrets(documents: readonly YamlDocument[]): PullSecrets {
  const secrets: { resource: Resource; secret: PullSecret }[] = []
  const accounts: Resource[] = []
  for (const resource of documents.flatMap(resourcesOf)) {
    const { group, kind } = resource.gvk
    if (group !== '') continue
    if (kind === 'ServiceAccount') accounts.push(resource)
    const secret = kind === 'Secret' ? readSecret(resource) : undefined
    if (secret !== undefined) secrets.push({ resource, secret })
  }
  const namesFor = (field: ImageField): readonly string[] => {
    const { podSpec } = field
    if (podSpec === undefined) return []
    const own = namesIn(podSpec)
    if (own.length > 0) return own
    const name = podSpec.stringAt('serviceAccountName') ?? podSpec.stringAt('serviceAccount') ?? 'default'
    const account = accounts.find((one) => isNamed(one, name, field.resource.namespace))
    return account === undefined ? [] : namesIn(account.object)
  }
  return {
    namesFor,
    secretsFor: (field) =>
      namesFor(field).flatMap((name) => {
        const found = secrets.find(({ resource }) => isNamed(resource, name, field.resource.namespace))
        return found === undefined ? [] : [found.secret]
      }),
  }
}

function isNamed({ identifier }: Resource, name: string, namespace: string | undefined): boolean {
  if (identifier.name !== name) return false
  return identifier.namespace === undefined || namespace === undefined || identifier.namespace === namespace
}

function readSecret({ object, identifier }: Resource): PullSecret | undefined {
  const type = object.stringAt('type')
  if (type !== 'kubernetes.io/dockerconfigjson' && type !== 'kubernetes.io/dockercfg') return undefined
  const key = KEYS[type]
  // In the API server, stringData overrides data (core/v1 Secret).
  const plain = object.stringAt('stringData', key)
  const encoded = object.stringAt('data', key)
  if (plain === undefined && encoded === undefined) return undefined
  const { namespace } = identifier
  return {
    name: `Secret ${namespace === undefined ? '' : `${namespace}/`}${identifier.name}`,
    type,
    text: plain ?? Buffer.from(encoded ?? '', 'base64').toString('utf8'),
  }
}

/** The names in the `imagePullSecrets` of a PodSpec or ServiceAccount. */
function namesIn(mapping: Mapping): string[] {
  const found = mapping.find('imagePullSecrets')
  const list = found === undefined ? undefined : resolveAlias(found.entry.value)
  return list?.kind === 'sequence' ? list.items.flatMap(nameIn) : []
}

function nameIn(node: YamlNode): string[] {
  const item = resolveAlias(node)
  const name = item.kind === 'mapping' ? item.stringAt('name') : undefined
  return name ? [name] : []
}
