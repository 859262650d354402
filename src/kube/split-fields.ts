import { follow, lookup, stringAt } from '../yaml/lookup.ts'
import type { Alias, Mapping, Scalar } from '../yaml/nodes.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { SplitReference } from './image-field.ts'
import { coversGroup, coversKind } from './kind-selector.ts'
import { expandAlternatives, type PathPattern, parsePathPattern } from './path-pattern.ts'

/** A mapping that spells a reference in several keys, in a schema where a digest can be expressed. */
export interface SplitField {
  readonly group: string
  readonly kinds: readonly string[]
  /** Of the mapping. */
  readonly path: PathPattern
  readonly keys: SplitKeys
  /** The key of the pull policy in the same mapping. */
  readonly policy?: string
}

/** Under which keys the parts stand. */
export interface SplitKeys {
  readonly registry?: string
  readonly repository: string
  /** Where the repository stands if it has no new one. */
  readonly oldRepository?: string
  readonly tag: string
  /** Absent where the schema has none: then the digest is written behind the tag, which the operator joins with `:`. */
  readonly digest?: string
}

const joined: SplitKeys = { repository: 'repository', tag: 'tag' }
const nested = 'pullPolicy'
const victoria = 'operator.victoriametrics.com'
const banzai = 'logging.banzaicloud.io'
/** kustomize's `images`: a digest beside a new tag is written behind it (api/filters/imagetag). */
const kustomize: SplitKeys = { repository: 'newName', oldRepository: 'name', tag: 'newTag', digest: 'digest' }
const gateway: SplitKeys = { registry: 'registry', repository: 'repository', tag: 'tag', digest: 'digest' }

/** Opt-in, each: how an operator joins the parts is its own business, and read from its source or documentation. */
const ROWS: readonly (readonly [
  group: string,
  kinds: string,
  path: string,
  keys: SplitKeys,
  policy?: string,
])[] = [
  [victoria, 'VMAgent,VMAlert,VMAlertmanager,VMAnomaly,VMAuth,VMSingle', 'spec.image', joined, nested],
  [victoria, 'VLAgent,VLSingle,VTSingle', 'spec.image', joined, nested],
  [victoria, 'VMSingle', 'spec.vmBackup.image', joined, nested],
  [victoria, 'VMCluster', 'spec.{vminsert,vmselect,vmstorage,vmstorage.vmBackup}.image', joined, nested],
  [victoria, 'VLCluster', 'spec.{vlinsert,vlselect,vlstorage}.image', joined, nested],
  [victoria, 'VTCluster', 'spec.{insert,select,storage}.image', joined, nested],
  [banzai, 'FluentbitAgent', 'spec.{image,bufferVolumeImage,configHotReload.image}', joined, nested],
  [
    banzai,
    'FluentdConfig',
    'spec.{image,bufferVolumeImage,configReloaderImage,volumeModImage}',
    joined,
    nested,
  ],
  [banzai, 'FluentdConfig', 'spec.scaling.drain.{image,pauseImage}', joined, nested],
  [banzai, 'Logging', 'spec.fluentbit.{image,bufferVolumeImage,configHotReload.image}', joined, nested],
  [
    banzai,
    'Logging',
    'spec.fluentd.{image,bufferVolumeImage,configReloaderImage,volumeModImage}',
    joined,
    nested,
  ],
  [banzai, 'Logging', 'spec.fluentd.scaling.drain.{image,pauseImage}', joined, nested],
  ['logging-extensions.banzaicloud.io', 'EventTailer,HostTailer', 'spec.image', joined, nested],
  [
    'logging-extensions.banzaicloud.io',
    'HostTailer',
    'spec.{fileTailers,systemdTailers}[].image',
    joined,
    nested,
  ],
  [
    'gateway.nginx.org',
    'NginxProxy',
    'spec.kubernetes.{daemonSet,deployment}.container.image',
    joined,
    nested,
  ],
  ['cluster.redpanda.com', 'Redpanda', 'spec.clusterSpec.{image,connectors.image}', joined, nested],
  ['tuppr.home-operations.com', 'KubernetesUpgrade,TalosUpgrade', 'spec.talosctl.image', joined, nested],
  ['kustomize.toolkit.fluxcd.io', 'Kustomization', 'spec.images[]', kustomize],
  ['twingate.com', 'TwingateConnector', 'spec.image', joined],
  ['tailscale.com', 'DNSConfig', 'spec.nameserver.image', { repository: 'repo', tag: 'tag' }],
  ['agentgateway.dev', 'AgentgatewayParameters', 'spec.image', gateway, nested],
  [
    'gateway.kgateway.dev',
    'GatewayParameters',
    'spec.kube.{envoyContainer,istio.istioProxyContainer,sdsContainer}.image',
    gateway,
    nested,
  ],
]

/** Every row of the table of split forms. */
export function splitFields(): readonly SplitField[] {
  rows ??= ROWS.flatMap(([group, kinds, path, keys, policy]) =>
    expandAlternatives(path).map((one) => ({
      group,
      kinds: kinds.split(','),
      path: parsePathPattern(one),
      keys,
      ...(policy === undefined ? {} : { policy }),
    })),
  )
  return rows
}

/** A memo of a pure function. */
let rows: readonly SplitField[] | undefined

/** The rows that are about a type. */
export function splitFieldsOf(gvk: GroupVersionKind): readonly SplitField[] {
  return splitFields().filter(
    ({ group, kinds }) => coversGroup(group, gvk.group) && kinds.some((kind) => coversKind(kind, gvk.kind)),
  )
}

/** A reference that was put together from its parts. */
export interface JoinedReference {
  readonly image: string
  readonly tag: Scalar
  readonly node: Scalar | Alias
  /** First byte of the tag's key. */
  readonly tagKey: number
  readonly split: SplitReference
}

/**
 * Puts a reference together from its parts; `undefined` where there is no repository or no tag, since then the
 * operator's own defaults stand in, which nobody knows here.
 */
export function joinReference(mapping: Mapping, keys: SplitKeys): JoinedReference | undefined {
  const { oldRepository } = keys
  const repository =
    textAt(mapping, keys.repository) ??
    (oldRepository === undefined ? undefined : textAt(mapping, oldRepository))
  const tag = lookup(mapping, keys.tag)
  const tagScalar = tag === undefined ? undefined : follow(tag.entry.value)
  if (repository === undefined || tag === undefined || tagScalar?.kind !== 'scalar') return undefined
  if (!tagScalar.isString || tagScalar.value === '') return undefined
  const registry = keys.registry === undefined ? undefined : textAt(mapping, keys.registry)
  const digest = keys.digest === undefined ? undefined : lookup(mapping, keys.digest)?.entry.value
  const digestText = keys.digest === undefined ? undefined : textAt(mapping, keys.digest)
  const name = registry === undefined ? repository : `${registry}/${repository}`
  const digestNode = digest?.kind === 'scalar' || digest?.kind === 'alias' ? digest : undefined
  return {
    image: `${name}:${tagScalar.value}${digestText === undefined ? '' : `@${digestText}`}`,
    tag: tagScalar,
    node: tag.entry.value.kind === 'alias' ? tag.entry.value : tagScalar,
    tagKey: tag.entry.key.start,
    split: {
      holder: tag.holder,
      afterKey: tag.entry.key.start,
      ...(keys.digest === undefined ? {} : { digestKey: keys.digest }),
      ...(digestNode === undefined ? {} : { digest: digestNode }),
    },
  }
}

function textAt(mapping: Mapping, key: string): string | undefined {
  return stringAt(mapping, key) || undefined
}
