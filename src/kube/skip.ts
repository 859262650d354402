import { mayHoldKey, stringAt } from '../yaml/lookup.ts'
import type { DocumentType, Mapping } from '../yaml/nodes.ts'
import { type GroupVersionKind, gvkIn } from './gvk.ts'
import { coversGroup, coversKind } from './kind-selector.ts'

/** Kinds whose documents hold no image of their own to pin, whatever they look like. */
export interface SkippedKinds {
  /** The API group; with a leading `*.` also every group below it. */
  readonly group: string
  /** The kinds: all of the group where absent. A trailing or leading `*` stands for any text. */
  readonly kinds?: readonly string[]
  readonly reason: string
}

const policy = 'image patterns of a policy, not images'
const exchange = 'a request, an answer or a record of the API server, not a manifest'
const tool = 'the configuration of a tool, which is not applied to a cluster'
const operatorOwned = 'written by a controller, which would write it again'
const values = 'values of a chart, which become images only when it is rendered'

/** Facts: `docs/image-fields.md`, "Documents that are skipped". */
export const SKIPPED_KINDS: readonly SkippedKinds[] = [
  { group: 'apiextensions.k8s.io', kinds: ['CustomResourceDefinition'], reason: 'a schema, not an object' },
  { group: 'kyverno.io', reason: policy },
  { group: 'policies.kyverno.io', reason: policy },
  { group: '*.gatekeeper.sh', reason: policy },
  { group: 'policy.sigstore.dev', reason: policy },
  { group: 'config.openshift.io', kinds: ['*ImagePolicy'], reason: policy },
  { group: 'admission.k8s.io', kinds: ['AdmissionReview'], reason: exchange },
  { group: 'imagepolicy.k8s.io', kinds: ['ImageReview'], reason: exchange },
  { group: '', kinds: ['Event', 'Node'], reason: exchange },
  { group: 'events.k8s.io', kinds: ['Event'], reason: exchange },
  { group: 'apps', kinds: ['ControllerRevision'], reason: operatorOwned },
  { group: 'kustomize.config.k8s.io', reason: tool },
  { group: 'skaffold', reason: tool },
  { group: 'kind.x-k8s.io', reason: tool },
  { group: 'kbld.k14s.io', reason: tool },
  { group: 'imgpkg.carvel.dev', reason: tool },
  { group: 'kpt.dev', reason: tool },
  { group: 'config.kubernetes.io', reason: tool },
  { group: 'chainsaw.kyverno.io', reason: tool },
  { group: 'cli.kyverno.io', reason: tool },
  { group: 'config.kubeflow.org', kinds: ['KatibConfig'], reason: tool },
  { group: 'pinpull.dev', reason: tool },
  {
    group: 'longhorn.io',
    kinds: [
      'Engine',
      'EngineFrontend',
      'Replica',
      'Volume',
      'InstanceManager',
      'EngineImage',
      'ShareManager',
      'BackingImageManager',
    ],
    reason: operatorOwned,
  },
  { group: 'caching.internal.knative.dev', kinds: ['Image'], reason: operatorOwned },
  { group: 'pkg.crossplane.io', kinds: ['*Revision', 'Lock'], reason: operatorOwned },
  { group: 'snapshot.kubevirt.io', kinds: ['VirtualMachineSnapshotContent'], reason: operatorOwned },
  { group: 'kueue.x-k8s.io', kinds: ['Workload'], reason: operatorOwned },
  { group: 'actions.github.com', kinds: ['AutoscalingListener', 'EphemeralRunner*'], reason: operatorOwned },
  {
    group: 'image.toolkit.fluxcd.io',
    kinds: ['ImageRepository'],
    reason: 'names a repository to scan: its controller refuses a tag or digest',
  },
  { group: 'fleet.cattle.io', kinds: ['ImageScan'], reason: 'names a repository to scan, without a tag' },
  {
    group: 'nvidia.com',
    kinds: ['ClusterPolicy', 'NVIDIADriver'],
    reason: 'spells its images in parts (repository, image, version)',
  },
  { group: 'sagemaker.services.k8s.aws', reason: 'images that a cloud service runs, named by its own rules' },
  { group: 'argoproj.io', kinds: ['Application', 'ApplicationSet'], reason: values },
  { group: 'helm.toolkit.fluxcd.io', kinds: ['HelmRelease'], reason: values },
  { group: 'helm.cattle.io', kinds: ['HelmChart', 'HelmChartConfig'], reason: values },
]

/** Why no document of this type is looked at; `undefined` where it is. */
export function skippedKind({ group, kind }: GroupVersionKind): string | undefined {
  const type = `${group}/${kind}`
  if (!reasons.has(type)) {
    const row = SKIPPED_KINDS.find(
      ({ group: covered, kinds }) =>
        coversGroup(covered, group) && (kinds === undefined || kinds.some((one) => coversKind(one, kind))),
    )
    reasons.set(type, row?.reason)
  }
  return reasons.get(type)
}

/** Whether a type is for a tool on somebody's machine to read, such as kustomize, and for no cluster. */
export function isToolConfiguration(gvk: GroupVersionKind): boolean {
  return skippedKind(gvk) === tool && !gvk.kind.endsWith('List')
}

/** A memo of a pure function: a stream has thousands of objects, and few types. */
const reasons = new Map<string, string | undefined>()

/**
 * Whether a document of this type need not even be read, unless a rule of the user's own is about it: a skipped one, but
 * not a list, whose items may be of any type.
 */
export function isOpaqueType(type: DocumentType): boolean {
  return !type.kind.endsWith('List') && skippedKind(gvkIn(type)) !== undefined
}

const LOCAL_CONFIG = 'config.kubernetes.io/local-config'

/**
 * Why this one object is not looked at: its type, or an annotation that says it is never applied
 * (`config.kubernetes.io/local-config`, KRM functions specification).
 */
export function skippedObject(object: Mapping, gvk: GroupVersionKind): string | undefined {
  const reason = skippedKind(gvk)
  if (reason !== undefined) return reason
  return isLocalConfig(object) ? `${LOCAL_CONFIG} says that it is not applied` : undefined
}

/** Whether an object's annotation says that it is never applied. */
export function isLocalConfig(object: Mapping): boolean {
  if (!mayHoldKey(object, LOCAL_CONFIG)) return false
  return stringAt(object, 'metadata', 'annotations', LOCAL_CONFIG) === 'true'
}
