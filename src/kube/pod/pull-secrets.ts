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

/** A Secret or ServiceAccount of the input. One without a namespace matches any namespace. */
interface Named {
  readonly name: string
  readonly namespace?: string | undefined
}

/** A ServiceAccount of the input. */
interface Account extends Named {
  readonly pullSecrets: readonly string[]
}

/** What documents define about pull secrets, as texts: the documents themselves need not be kept. */
export interface DefinedSecrets {
  readonly secrets: readonly (Named & { readonly secret: PullSecret })[]
  readonly accounts: readonly Account[]
}

/** What the Pod around an image says about pull secrets, as texts. */
export interface PodSecrets {
  readonly namespace?: string | undefined
  /** The names in its PodSpec. */
  readonly own: readonly string[]
  readonly account: string
}

/** The pull secrets of the workloads of the input. */
export interface PullSecrets {
  /**
   * The names of the pull secrets of a Pod: those of its PodSpec, or if that names none, those of its ServiceAccount if that is in
   * the input (kubernetes `plugin/pkg/admission/serviceaccount`).
   * @param pod undefined for an image that no Pod pulls
   */
  namesFor(pod: PodSecrets | undefined): readonly string[]
  /** Those of them that are in the input, in the same order. */
  secretsFor(pod: PodSecrets | undefined): readonly PullSecret[]
}

/** The key of the credentials in each type of Secret (kubernetes `pkg/credentialprovider/secrets`). */
const KEYS = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
} as const

/** Collects the Secrets and ServiceAccounts of documents. */
export function definedSecrets(documents: readonly YamlDocument[]): DefinedSecrets {
  const secrets = coreResources(documents, 'Secret').flatMap((resource) => {
    const { name, namespace } = resource.identifier
    const secret = readSecret(resource)
    return secret === undefined ? [] : [{ name, namespace, secret }]
  })
  return { secrets, ...definedAccounts(documents) }
}

/** Collects the ServiceAccounts of documents: for the names of pull secrets alone, no Secret need be read. */
export function definedAccounts(documents: readonly YamlDocument[]): Pick<DefinedSecrets, 'accounts'> {
  const accounts = coreResources(documents, 'ServiceAccount').map(({ identifier, object }): Account => {
    const { name, namespace } = identifier
    return { name, namespace, pullSecrets: namesIn(object) }
  })
  return { accounts }
}

function coreResources(documents: readonly YamlDocument[], kind: string): Resource[] {
  return documents.flatMap(resourcesOf).filter(({ gvk }) => gvk.group === '' && gvk.kind === kind)
}

/** Reads the pull secrets of the Pod around an image; undefined for an image outside of a PodSpec. */
export function podSecretsOf({ podSpec, resource }: ImageField): PodSecrets | undefined {
  if (podSpec === undefined) return undefined
  const account = podSpec.stringAt('serviceAccountName') ?? podSpec.stringAt('serviceAccount') ?? 'default'
  return { namespace: resource.namespace, own: namesIn(podSpec), account }
}

/** Finds pull secrets among those that some documents define. */
export function findPullSecrets(defined: readonly DefinedSecrets[]): PullSecrets {
  const secrets = defined.flatMap((one) => one.secrets)
  const accounts = defined.flatMap((one) => one.accounts)
  const namesFor = (pod: PodSecrets | undefined): readonly string[] => {
    if (pod === undefined || pod.own.length > 0) return pod?.own ?? []
    return accounts.find((one) => isNamed(one, pod.account, pod.namespace))?.pullSecrets ?? []
  }
  return {
    namesFor,
    secretsFor: (pod) =>
      namesFor(pod).flatMap(
        (name) => secrets.find((one) => isNamed(one, name, pod?.namespace))?.secret ?? [],
      ),
  }
}

function isNamed(one: Named, name: string, namespace: string | undefined): boolean {
  if (one.name !== name) return false
  return one.namespace === undefined || namespace === undefined || one.namespace === namespace
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
