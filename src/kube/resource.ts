import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { keyText, resolveAlias, valueAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Sequence, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import { formatApiVersion, type GroupVersionKind, gvkOf } from './gvk.ts'

/** One Kubernetes object, wherever in a document it stands. */
export interface Resource {
  /** Its own root mapping. */
  readonly object: Mapping
  /** From the document's root: `items[2]` in a list, empty where it is the document itself. */
  readonly path: FieldPath
  readonly gvk: GroupVersionKind
  readonly identifier: ResourceIdentifier
  /** Whether it is an item of a ResourceList that is the document: what kustomize and kpt hand to a KRM function. */
  readonly isFunctionItem: boolean
}

/** The group of the ResourceList of KRM functions, and its kind. */
const FUNCTION_GROUP = 'config.kubernetes.io'
const FUNCTION_LIST = 'ResourceList'

/** Whether a type is the ResourceList that kustomize and kpt hand to a KRM function. */
export function isResourceList({ group, kind }: GroupVersionKind): boolean {
  return group === FUNCTION_GROUP && kind === FUNCTION_LIST
}

/**
 * The Kubernetes objects of a document: its own, or the items of a `List`, any `…List`, a KRM `ResourceList` or an
 * OpenShift `Template`, nested ones too. Whatever has `items` is a list to kubectl, which applies them, of any kind
 * (apimachinery, `unstructured/helpers.go`, `unstructuredJSONScheme.decode`). What has no `apiVersion` and `kind` is not a resource, but for the items of
 * a list such as `PodList`, which the API server writes without: they have the list's.
 */
export function resourcesOf(document: YamlDocument): readonly Resource[] {
  const found: Resource[] = []
  if (document.contents !== undefined) collect(document.contents, { path: [], isFunctionItem: false }, found)
  return found
}

/** Names a resource, `generateName` standing in for a name. */
export function identifierOf(object: Mapping, gvk: GroupVersionKind): ResourceIdentifier {
  const namespace = object.stringAt('metadata', 'namespace')
  return {
    apiVersion: formatApiVersion(gvk),
    kind: gvk.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: object.stringAt('metadata', 'name') ?? object.stringAt('metadata', 'generateName') ?? '',
  }
}

/** Names itself when it is asked to: most resources hold no image, and nobody asks. */
class LazyResource implements Resource {
  readonly object: Mapping
  readonly path: FieldPath
  readonly gvk: GroupVersionKind
  readonly isFunctionItem: boolean
  #identifier: ResourceIdentifier | undefined

  constructor(object: Mapping, { path, isFunctionItem }: ListContext, gvk: GroupVersionKind) {
    this.object = object
    this.path = path
    this.gvk = gvk
    this.isFunctionItem = isFunctionItem
  }

  get identifier(): ResourceIdentifier {
    this.#identifier ??= identifierOf(this.object, this.gvk)
    return this.#identifier
  }
}

/** Where in a document an object may stand. */
interface ListContext {
  /** From the document's root. */
  readonly path: FieldPath
  readonly isFunctionItem: boolean
  /** What the list around it says that it is. */
  readonly itemType?: GroupVersionKind | undefined
}

function collect(node: YamlNode, spot: ListContext, found: Resource[]): void {
  const object = resolveAlias(node)
  if (object.kind !== 'mapping') return
  const gvk = gvkOf(object) ?? spot.itemType
  if (gvk === undefined) return
  const list = listIn(object, gvk)
  // Others may read an object that calls itself no list for what it says it is.
  if (list === undefined || (itemsKeyOf(gvk) === undefined && OWN_KEYS.some((key) => valueAt(object, key)))) {
    found.push(new LazyResource(object, spot, gvk))
  }
  if (list === undefined) return
  const itemType = listItemType(gvk)
  const isFunctionItem = spot.path.length === 0 && isResourceList(gvk)
  list.items.items.forEach((item, index) => {
    collect(item, { path: [...spot.path, list.key, index], itemType, isFunctionItem }, found)
  })
}

/** Where objects have what they are about. */
const OWN_KEYS = ['spec', 'template', 'data']

function listIn(object: Mapping, gvk: GroupVersionKind): { key: string; items: Sequence } | undefined {
  const key = itemsKeyOf(gvk) ?? 'items'
  const items = valueAt(object, key)
  return items?.kind === 'sequence' ? { key, items } : undefined
}

/** The key under which a list of objects has its items; `undefined` for a type that calls itself none. */
export function itemsKeyOf({ group, kind }: GroupVersionKind): string | undefined {
  if (kind.endsWith('List')) return 'items'
  // OpenShift's templates were of the core group before they got their own.
  if (kind === 'Template' && (group === 'template.openshift.io' || group === '')) return 'objects'
  return undefined
}

/** What an item of a typed list is, where it does not say so itself. */
export function listItemType({ group, version, kind }: GroupVersionKind): GroupVersionKind | undefined {
  if (kind === 'List' || kind === FUNCTION_LIST || !kind.endsWith('List')) return undefined
  return { group, version, kind: kind.slice(0, -'List'.length) }
}

/** The type of an object that stands anywhere; `undefined` where a mapping is none, or only names one. */
export function objectTypeOf(mapping: Mapping): GroupVersionKind | undefined {
  const gvk = gvkOf(mapping)
  return gvk === undefined || isReference(mapping) ? undefined : gvk
}

/** Keys of a reference to other objects whose values are no scalars: what it selects them by, and what it is given. */
const REFERENCE_KEYS: ReadonlySet<string> = new Set([
  'selector',
  'labelSelector',
  'namespaceSelector',
  'params',
])

/**
 * Whether a mapping with `apiVersion` and `kind` only names another object, as `ownerReferences`, `scaleTargetRef` or
 * Tekton's `taskRef` do. Names of real objects stand in their `metadata`.
 */
function isReference({ entries }: Mapping): boolean {
  let isNamed = false
  let others = 0
  for (const entry of entries) {
    const key = keyText(entry)
    if (key === 'apiVersion' || key === 'kind') continue
    if (key === 'name') isNamed = true
    if (resolveAlias(entry.value).kind !== 'scalar' && !REFERENCE_KEYS.has(key ?? '')) return false
    others += 1
  }
  return isNamed || others === 0
}
